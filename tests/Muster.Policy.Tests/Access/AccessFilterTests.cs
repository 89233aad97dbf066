using Muster.Policy.Access;
using Muster.Policy.Decisions;
using Muster.Repository.Assignments;
using static Muster.Policy.Tests.Access.AccessWorld;

namespace Muster.Policy.Tests.Access;

/// <summary>rolemodel.md 9.1 and 9.2: filters of access control rules.</summary>
public sealed class AccessFilterTests
{
    [Theory]
    [InlineData("<Filter Binding=\"Title\" Value=\"Clerk\" />", "002")]
    [InlineData("<Filter Binding=\"Person:Title\" Value=\"clerk\" />", "")]
    [InlineData("<Filter Binding=\"Title\" Value=\"Clerk\" Operator=\"NotEquals\" />", "001 003 004 005")]
    [InlineData("<Filter Binding=\"Title\" Value=\"\" />", "001 003 004 005")]
    [InlineData("<Filter Binding=\"IsDraft\" Value=\"1\" />", "002")]
    [InlineData("<Filter Binding=\"IsDraft\" Value=\"True\" />", "002")]
    [InlineData("<Filter Binding=\"Department\" Value=\"Sales\" />", "001 002")]
    [InlineData("<Filter Binding=\"Department.Code\" Value=\"Sales\" />", "001 002")]
    [InlineData("<Filter Binding=\"Person:Department.Parent.Code\" Value=\"Sales\" />", "003")]
    [InlineData("<Filter Binding=\"Department\" Value=\"\" />", "005")]
    [InlineData("<Filter Binding=\"Department\" Value=\"Sales\" Operator=\"1\" />", "003 004 005")]
    public void Value_IsComparedInItsCanonicalForm(string filter, string viewed)
    {
        using var world = new AccessWorld(Has("A") + Viewing(filter));

        Assert.Equal(viewed, world.Viewed());
    }

    [Theory]
    [InlineData("<Filter Binding=\"Id\" CurrentUser=\"true\" />", "001")]
    [InlineData("<Filter Binding=\"Person:Id\" CurrentUser=\"true\" Operator=\"NotEquals\" />", "002 003 004 005")]
    [InlineData("<Filter Binding=\"Department.People\" CurrentUser=\"true\" />", "001 002")]
    public void CurrentUser_IsTheUserWhoAsks(string filter, string viewed)
    {
        using var world = new AccessWorld(Has("A") + "<OpenIdClient Identifier=\"Job\" Profile=\"A\" />" + Viewing(filter));

        Assert.Equal(viewed, world.Viewed());

        // A program is nobody: there is nothing to compare with, for neither operator.
        Assert.Equal("", world.Viewed("OpenIdClient:Job"));
    }

    [Fact]
    public void Dimension_CoversWhatIsBelow()
    {
        using var sales = new AccessWorld(Has("A", -2) + Viewing("<Filter Binding=\"Department\" Dimension=\"Department\" />"));
        using var others = new AccessWorld(Has("A", -2) + Viewing("<Filter Binding=\"Department\" Dimension=\"Department\" Operator=\"NotEquals\" />"));
        using var byKey = new AccessWorld(Has("A", -2) + Viewing("<Filter Binding=\"Department.Code\" Dimension=\"Department\" />"));

        Assert.Equal("001 002 003", sales.Viewed());
        Assert.Equal("004 005", others.Viewed());
        Assert.Equal("001 002 003", byKey.Viewed());
    }

    [Fact]
    public void Dimension_OfAnyContextOfTheProfile_IsEnough()
    {
        using var world = new AccessWorld(Has("A", -2) + Has("A", -3) + Viewing("<Filter Binding=\"Department\" Dimension=\"Department\" />"));

        Assert.Equal("001 002 003 004", world.Viewed());
    }

    [Fact]
    public void Dimension_OfAnotherProfile_DoesNotWidenARule()
    {
        using var world = new AccessWorld(Has("A", -2) + Has("B", -3) + Viewing("<Filter Binding=\"Department\" Dimension=\"Department\" />"));

        Assert.Equal("001 002 003", world.Viewed());
    }

    [Theory]
    [InlineData("Equals")]
    [InlineData("NotEquals")]
    public void Dimension_ThatTheContextLacks_HoldsForNothing(string comparison)
    {
        using var unlimited = new AccessWorld(Has("A") + Viewing($"<Filter Binding=\"Department\" Dimension=\"Department\" Operator=\"{comparison}\" />"));
        using var gone = new AccessWorld("<ProfileContext Id=\"-9\" D0=\"Closed\" />" + Has("A", -9) + Viewing($"<Filter Binding=\"Department\" Dimension=\"Department\" Operator=\"{comparison}\" />"));

        Assert.Equal("", unlimited.Viewed());
        Assert.Equal("", gone.Viewed());
    }

    [Fact]
    public void Dimension_WhoseTreeRunsInACircle_Ends()
    {
        using var world = new AccessWorld(Has("A", -3) + Viewing("<Filter Binding=\"Department\" Dimension=\"Department\" />"));
        world.Policy.Put("Department", "Sales", ("Parent", "Sales-East"));

        Assert.Equal("004", world.Viewed());
    }

    [Fact]
    public void Groups_AreAlternativesOfConditionsThatAllHold()
    {
        using var world = new AccessWorld(Has("A", -2) + Viewing("""
            <Filter Group="Clerks" Binding="Title" Value="Clerk" /><Filter Group="Clerks" Binding="Department" Dimension="Department" />
            <Filter Group="Self" Binding="Id" CurrentUser="true" />
            <Filter Binding="Department" Value="IT" /><Filter Binding="Title" Value="Clerk" />
            """));

        Assert.Equal("001 002", world.Viewed());
        Assert.Equal("has a filter that does not hold: Department Equals 'IT'", Assert.Single(world.AskOfPerson("003").Misses).Because);
    }

    [Fact]
    public void ResourceOfABaseType_IsReadByItsOwnProperties()
    {
        using var world = new AccessWorld(Has("A") + Rule("A", "Resource", $"<Entry Permission=\"{View}\" CanExecute=\"true\" /><Filter Binding=\"Department:Code\" Value=\"Sales\" Operator=\"NotEquals\" />"));

        // People have no Code: what cannot be read differs from nothing.
        Assert.Equal("", world.Viewed());
    }

    [Fact]
    public void ViewHistory_DoesNotGoTogetherWithFilters()
    {
        const string history = "/Custom/Resources/Person/ViewHistory";
        using var filtered = new AccessWorld(Has("A") + Rule("A", "Person", $"<Entry Permission=\"{history}\" CanExecute=\"true\" /><Filter Binding=\"Title\" Value=\"Clerk\" />"));
        using var above = new AccessWorld(Has("A") + Rule("A", "Person", "<Entry Permission=\"/Custom\" CanExecute=\"true\" /><Filter Binding=\"Title\" Value=\"Clerk\" />"));
        using var free = new AccessWorld(Has("A") + Rule("A", "Person", $"<Entry Permission=\"{history}\" CanExecute=\"true\" />"));

        Assert.False(filtered.AskOfPerson("002", history).IsAllowed);
        Assert.False(above.AskOfPerson("002", history).IsAllowed);
        Assert.True(above.AskOfPerson("002").IsAllowed);
        Assert.True(free.AskOfPerson("002", history).IsAllowed);
    }

    [Fact]
    public void Type_WithoutAnEntity_DependsOnTheFilters()
    {
        using var world = new AccessWorld(Has("A") + Viewing("<Filter Binding=\"Title\" Value=\"Clerk\" />"));

        var decision = world.Ask(AccessQuestion.OfType(View, "Person"));

        Assert.False(decision.IsAllowed);
        Assert.True(Assert.Single(decision.Misses).IsConditional);
        Assert.Contains("on some entities of the type 'Person' only", AccessText.Explain(decision)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("IsPostCondition=\"false\"", true, false)]
    [InlineData("IsPreCondition=\"false\"", false, true)]
    [InlineData("IsPreCondition=\"false\" IsPostCondition=\"false\"", false, false)]
    public void Change_IsCheckedBeforeAndAfter(string conditions, bool leaves, bool arrives)
    {
        using var world = new AccessWorld(Has("A") + Viewing("<Filter Binding=\"Department\" Value=\"Sales\" />", conditions));
        AccessQuestion Moves(string from, string to) => AccessQuestion.Change(View, world.Person(from), world.Person(to));

        Assert.Equal(leaves, world.Ask(Moves("002", "004")).IsAllowed);
        Assert.Equal(arrives, world.Ask(Moves("004", "002")).IsAllowed);
        Assert.Equal(conditions.Split(' ').Length < 2, world.Ask(Moves("001", "002")).IsAllowed);
        Assert.Equal(conditions.Split(' ').Length < 2, world.Ask(AccessQuestion.Creation(View, world.Person("002"))).IsAllowed);
        Assert.False(world.Ask(AccessQuestion.Deletion(View, world.Person("004"))).IsAllowed);
    }

    [Theory]
    [InlineData("<Filter Binding=\"Owner.Department\" Dimension=\"Department\" />", -2, "001 002 003")]
    [InlineData("<Filter Binding=\"Owner\" CurrentUser=\"true\" />", -1, "001")]
    [InlineData("<Filter Binding=\"Owner.Id\" CurrentUser=\"true\" Operator=\"NotEquals\" />", -1, "002 003 004")]
    [InlineData("<Filter Binding=\"WorkflowState\" Value=\"8\" />", -1, "001 002 003 004")]
    [InlineData("<Filter Binding=\"WorkflowState\" Value=\"PendingApproval\" />", -1, "001 002 003 004")]
    [InlineData("<Filter Binding=\"WorkflowState\" Value=\"16\" />", -1, "")]
    [InlineData("<Filter Binding=\"Role\" Value=\"Cashier\" />", -1, "001 002 003 004")]
    [InlineData("<Filter Binding=\"Role\" SingleRole=\"true\" />", -4, "001 002 003 004")]
    [InlineData("<Filter Binding=\"Role.Category\" Category=\"true\" />", -4, "001 002 003 004")]
    [InlineData("<Filter Binding=\"Role.Category.Identifier\" Category=\"true\" />", -4, "001 002 003 004")]
    [InlineData("<Filter Binding=\"Role.Category\" Category=\"true\" />", -1, "")]
    [InlineData("<Filter Binding=\"Role\" CompositeRole=\"true\" />", -4, "")]
    [InlineData("<Filter Binding=\"Role\" ResourceType=\"true\" />", -4, "")]
    [InlineData("<Filter Binding=\"Owner.Nothing\" Value=\"x\" Operator=\"NotEquals\" />", -1, "")]
    public void Assignments_AreReadByOwnerRoleAndState(string filter, int context, string allowed)
    {
        using var world = new AccessWorld(
            Has("A", context) + Rule("A", "AssignedSingleRole", $"<Entry Permission=\"/Custom/ProvisioningPolicy\" CanExecute=\"true\" />{filter}"));
        var item = AssignmentItem.Find(world.Policy.Model, AssignmentKind.SingleRole, "Cashier");
        AccessedEntity Cashier(string person) => AccessedEntity.Of(
            item,
            new AssignmentEntry
            {
                Kind = AssignmentKind.SingleRole,
                Item = "Cashier",
                Owner = world.Policy.Id(person),
                WorkflowState = WorkflowState.PendingApproval,
                StartDate = world.Policy.Now,
                EndDate = world.Policy.Now,
            },
            person);

        Assert.Equal(
            allowed,
            string.Join(' ', ((string[])["001", "002", "003", "004"]).Where(p => world.Ask(AccessQuestion.Of("/Custom/ProvisioningPolicy/ReviewRoles/Person", Cashier(p))).IsAllowed)));
    }

    [Fact]
    public void Questions_AskedTogether_AreAnsweredAsOneByOne()
    {
        using var world = new AccessWorld(Has("A", -2) + Has("A", -3) + Viewing("""
            <Filter Binding="Department" Dimension="Department" /><Filter Binding="Title" Value="Clerk" Operator="NotEquals" /><Filter Group="Self" Binding="Id" CurrentUser="true" />
            """));
        AccessQuestion[] questions =
        [
            .. from person in (string[])["001", "002", "003", "004", "005"] from permission in (string[])[View, "/Custom/Resources/Person/Update"] select AccessQuestion.Of(permission, world.Person(person)),
        ];
        using var transaction = world.Policy.Database.BeginRead();
        var decisions = new AccessDecisions(transaction, world.Policy.Schema, world.Policy.Model);
        var user = decisions.FindUser("001");

        var together = decisions.Decide(user, questions);

        Assert.Equal(questions.Select(q => decisions.Decide(user, q).IsAllowed), together.Select(d => d.IsAllowed));
        Assert.Equal(questions.Select(q => AccessText.Explain(decisions.Decide(user, q))), together.Select(AccessText.Explain));
    }
}
