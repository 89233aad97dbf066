using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Policy.Decisions;
using Muster.Policy.Naming;
using static Muster.Policy.Tests.Naming.NamingWorld;

namespace Muster.Policy.Tests.Naming;

/// <summary>Each attribute of a naming rule (rolemodel.md 3.15).</summary>
public sealed class NamingRuleTests
{
    private static SingleRole Role(PolicyWorld world, string identifier)
    {
        using var transaction = world.Database.BeginRead();
        return world.Policy.At(transaction).SingleRolesByIdentifier[identifier];
    }

    [Fact]
    public void Build_WithoutNames_NamesRolesByKeyAndDisplayName()
    {
        using var world = Of(Conf(Mapping()), "g1", "g2");

        // The display name of an entity type is its first property with "name" in it.
        Assert.Equal("g1 -> g1 'g1'\ng2 -> g2 'g2'", world.Named());
        Assert.Empty(world.Warnings);
    }

    [Fact]
    public void Build_WithBindings_NamesByThem()
    {
        using var world = Of(Conf(Mapping("IdentifierBinding=\"Group:Label\" DisplayNameBinding=\"Group:Kind\" CategoryIdentifierBinding=\"Group:Kind\"")), "g1");
        world.Put("Group", "g1", ("Label", "  One "), ("Kind", "Sales"));
        world.Job(dirty: true);

        Assert.Equal("g1 -> One 'Sales' in Sales", world.Named());
    }

    [Fact]
    public void Build_WithExpressions_NamesByThem()
    {
        using var world = Of(
            Conf(Mapping(
                """
                IdentifierExpression="C#:group:return &quot;AD/&quot; + group.Name;" DisplayNameExpression="C#:group:return group.Label.ToUpper();"
                CategoryIdentifierExpression="C#:group:return group.Name.Substring(0, 1);" CategoryDisplayNameExpression="Literal:Groups of the directory"
                ParentCategoryIdentifierExpression="Literal:Directory"
                """)),
            "g1");

        Assert.Equal("g1 -> AD/g1 'THE G1' in Directory/g", world.Named());
        var category = Role(world, "AD/g1").Category!;
        Assert.Equal(("Groups of the directory", "Directory"), (category.DisplayNames.Default, category.Parent!.DisplayNames.Default));
    }

    [Fact]
    public void Build_ParentThatIsAlsoACategory_HasItsOwnNameAndParent()
    {
        using var world = Of(
            Conf(Mapping(
                "CategoryIdentifierBinding=\"Group:Kind\" CategoryDisplayNameExpression=\"C#:group:return &quot;All &quot; + group.Kind;\" ParentCategoryIdentifierBinding=\"Group:Label\"")),
            "g1", "g2");
        world.Put("Group", "g1", ("Kind", "Paris"), ("Label", "France"));
        world.Put("Group", "g2", ("Kind", "France"), ("Label", "Europe"));
        world.Job(dirty: true);

        Assert.Equal("g1 -> g1 'g1' in Europe/France/Paris\ng2 -> g2 'g2' in Europe/France", world.Named());
        Assert.Equal("All France", Role(world, "g1").Category!.Parent!.DisplayNames.Default);
    }

    [Fact]
    public void Build_CategoryAboveItself_HasNoParentAndWarns()
    {
        using var world = Of(Conf(Mapping("CategoryIdentifierBinding=\"Group:Kind\" ParentCategoryIdentifierBinding=\"Group:Label\"")), "g1", "g2");
        world.Put("Group", "g1", ("Kind", "A"), ("Label", "B"));
        world.Put("Group", "g2", ("Kind", "B"), ("Label", "A"));
        world.Job(dirty: true);

        Assert.Equal("g1 -> g1 'g1' in B/A\ng2 -> g2 'g2' in B", world.Named());
        Assert.Contains(world.Warnings, w => w.Contains("'B' below 'A', which is below it", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_DeclaredCategory_IsThatOne()
    {
        using var world = Of(
            Conf(Mapping("CategoryIdentifierExpression=\"Literal:Known\" CategoryDisplayNameExpression=\"Literal:Other\""), "<Category Identifier=\"Known\" DisplayName_L1=\"Known\" Policy=\"P\" />"), "g1");

        Assert.Same(world.Model.Categories.Single(), Role(world, "g1").Category);
    }

    [Theory]
    [InlineData("WhereExpression=\"C#:group:return group.Name != &quot;g2&quot;;\"", "", "g1 g3")]
    [InlineData("", "<Rule><Item Property=\"Name\" Operator=\"Equal\" Value=\"G1\" /></Rule>", "g1")]
    [InlineData("", "<Rule><Item Property=\"Name\" Operator=\"NotEqual\" Value=\"g1\" /></Rule>", "g2 g3")]
    [InlineData("", "<Rule><Item Property=\"Label\" Operator=\"StartWith\" Value=\"the G\" /></Rule>", "g1 g2 g3")]
    [InlineData("", "<Rule><Item Property=\"Label\" Operator=\"NotStartWith\" Value=\"The g1\" /></Rule>", "g2 g3")]
    [InlineData("", "<Rule><Item Property=\"Label\" Operator=\"EndWith\" Value=\"2\" /></Rule>", "g2")]
    [InlineData("", "<Rule><Item Property=\"Label\" Operator=\"NotEndWith\" Value=\"2\" /></Rule>", "g1 g3")]
    [InlineData("", "<Rule><Item Property=\"Label\" Operator=\"Contain\" Value=\" g\" /></Rule>", "g1 g2 g3")]
    [InlineData("", "<Rule><Item Property=\"Label\" Operator=\"NotContain\" Value=\"3\" /></Rule>", "g1 g2")]
    [InlineData("", "<Rule><Item Property=\"Kind\" Operator=\"Equal\" /></Rule>", "g1 g2 g3")]
    [InlineData("", "<Rule><Item Property=\"Size\" Operator=\"Equal\" Value=\"03\" /></Rule>", "g3")]
    [InlineData("", "<Rule><Item Property=\"Name\" Operator=\"Equal\" Value=\"g1\" /></Rule><Rule><Item Property=\"Name\" Operator=\"Equal\" Value=\"g2\" /></Rule>", "g1 g2")]
    [InlineData("", "<Rule><Item Property=\"Name\" Operator=\"StartWith\" Value=\"g\" /><Item Property=\"Name\" Operator=\"EndWith\" Value=\"1\" /></Rule>", "g1")]
    [InlineData("WhereExpression=\"C#:group:return group.Name != &quot;g1&quot;;\"", "<Rule><Item Property=\"Name\" Operator=\"NotEqual\" Value=\"g2\" /></Rule>", "g3")]
    public void Build_Conditions_DecideWhichValuesCount(string attributes, string rules, string roles)
    {
        using var world = Of(Conf(Mapping(attributes, rules)), "g1", "g2", "g3");
        world.Put("Group", "g3", ("Size", "3"));
        world.Job(dirty: true);

        Assert.Equal(roles, string.Join(' ', world.Named().Split('\n').Select(l => l.Split(' ')[0])));
    }

    [Fact]
    public void Build_PoliciesAndRequests_AreThoseOfTheMapping()
    {
        using var world = Of(
            Conf(Mapping(
                "RolePolicy=\"Roles\" ApprovalWorkflowType=\"Two\" ImplicitApproval=\"Implicit\" CommentActivationOnApproveInReview=\"Required\" CommentActivationOnDeclineInReview=\"Disabled\" "
                + "CommentActivationOnDeleteGapInReconciliation=\"Required\" CommentActivationOnKeepGapInReconciliation=\"Optional\"")),
            "g1");

        var role = Role(world, "g1");
        Assert.Equal("Roles", role.Policy.Identifier);
        Assert.Equal(ApprovalWorkflowType.Two, role.ApprovalWorkflowType);
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromDays(1)), (role.GracePeriod, role.MaxDuration));
        Assert.Equal(
            new RequestRules
            {
                Approval = ApprovalWorkflowType.Two,
                IsApprovalImplicit = true,
                CommentOnApprove = CommentActivation.Required,
                CommentOnDecline = CommentActivation.Disabled,
                CommentOnDelete = CommentActivation.Required,
                CommentOnKeep = CommentActivation.Optional,
            },
            role.Requests);
        using var transaction = world.Database.BeginRead();
        Assert.Equal("P", world.Policy.At(transaction).ResourceTypesByIdentifier["User"].NavigationRules.Single().Policy.Identifier);
    }

    [Theory]
    [InlineData("", ApprovalWorkflowType.None)]
    [InlineData("ApprovalRequired=\"true\"", ApprovalWorkflowType.One)]
    [InlineData("ApprovalRequired=\"true\" ApprovalWorkflowType=\"Three\"", ApprovalWorkflowType.Three)]
    public void Build_ApprovalRequired_IsOneApprovalUnlessMoreIsSaid(string attributes, ApprovalWorkflowType approval)
    {
        using var world = Of(Conf(Mapping(attributes)), "g1");

        Assert.Equal(approval, Role(world, "g1").Requests.Approval);
    }

    [Theory]
    [InlineData("RolePolicy=\"Elsewhere\"")]
    [InlineData("Policy=\"Elsewhere\"")]
    public void Build_ExternalPolicy_MakesNothing(string attribute)
    {
        var mapping = attribute.StartsWith("Policy", StringComparison.Ordinal)
            ? Mapping().Replace("Policy=\"P\"", attribute, StringComparison.Ordinal)
            : Mapping(attribute);
        using var world = Of(Conf(mapping), "g1");

        Assert.Equal("", world.Named());
    }

    [Fact]
    public void Build_DeclaredRole_GetsTheRuleOnly()
    {
        using var world = Of(Conf(Mapping(), "<SingleRole Identifier=\"g1\" DisplayName_L1=\"Mine\" EntityType=\"Person\" Policy=\"P\" />"), "g1");

        Assert.Equal("Mine", Role(world, "g1").DisplayNames.Default);
        Assert.Equal("g1:1", world.Roles("001"));
        world.AssertSettled();
    }

    [Fact]
    public void Build_ValueThatADeclaredRuleGivesWithARole_IsLeftOut()
    {
        const string Rule = "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"g1\" SingleRole=\"Mine\" />";
        using var world = Of(Conf(Mapping(), "<SingleRole Identifier=\"Mine\" DisplayName_L1=\"Mine\" EntityType=\"Person\" Policy=\"P\" />", Rule), "g1", "g2");

        Assert.Equal("g2 -> g2 'g2'", world.Named());
        Assert.Equal("Mine:1", world.Roles("001"));
        world.AssertSettled();

        // The key that the rule names is another group's now.
        world.Rename("Group", "g1", "old");
        world.Rename("Group", "g2", "g1");
        world.Job(dirty: true);
        Assert.Equal("old -> old 'old'", world.Named());
        world.AssertSettled();
    }

    [Fact]
    public void Build_SeveralValuesOfOneRole_AreAllGivenByItAndWarnedOf()
    {
        using var world = Of(Conf(Mapping("IdentifierExpression=\"Literal:All\"")), "g1", "g2");

        Assert.Equal("g1 -> All 'g1'\ng2 -> All 'g1'", world.Named());
        Assert.Contains(world.Warnings, w => w.StartsWith("2 values of the role mapping 'Groups' ('g1', 'g2') have one role, 'All'", StringComparison.Ordinal));
        Assert.Equal("All:1", world.Roles("001"));
        Assert.Equal(2, world.Type("001").Navigations.Count);
        world.Warnings.Clear();
        world.AssertSettled();
        Assert.Empty(world.Warnings);
    }

    [Fact]
    public void Build_RoleOfAnotherEntityType_IsRefused()
    {
        using var world = Of(Conf(Mapping(), "<SingleRole Identifier=\"g1\" DisplayName_L1=\"Mine\" EntityType=\"Department\" Policy=\"P\" />"), "g1", "g2");

        Assert.Equal("g2 -> g2 'g2'", world.Named());
        Assert.Contains(world.Warnings, w => w.Contains("'g1', but that role is for 'Department' and not for 'Person'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Literal:", "its identifier is empty")]
    [InlineData("C#:group:return null;", "its identifier is empty")]
    [InlineData("C#:group:return &quot;a\\u0001b&quot;;", "characters that no identifier can have")]
    [InlineData("C#:group:return group.Label.PadLeft(443);", null)]
    [InlineData("C#:group:return group.Label.PadLeft(443, 'x');", "longer than 442 characters")]
    public void Build_IdentifierThatCannotBe_IsLeftOutAndWarnedOf(string expression, string? fault)
    {
        using var world = Of(Conf(Mapping($"IdentifierExpression=\"{expression}\"")), "g1");

        if (fault is null)
        {
            Assert.Equal("g1 -> The g1 'g1'", world.Named());
            Assert.Empty(world.Warnings);
        }
        else
        {
            Assert.Equal("", world.Named());
            Assert.Contains(world.Warnings, w => w.StartsWith("The value 'g1' of the role mapping 'Groups' has no role:", StringComparison.Ordinal) && w.Contains(fault, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Build_IdentifiersThatDifferInCase_AreTwoRolesAndWarnedOf()
    {
        using var world = Of(Conf(Mapping()), "g1", "G1");

        Assert.Equal(2, world.Named().Split('\n').Length);
        Assert.Contains("The roles 'G1' and 'g1' differ in letter case only. Make their identifiers different.", world.Warnings);
    }

    [Fact]
    public void Build_ExpressionThatFails_KeepsWhatWasMadeAndIsPartlyFailed()
    {
        using var world = Of(Conf(Mapping("IdentifierExpression=\"C#:group:return group.Label.Substring(0, 6);\"")), "g1");
        world.Put("Group", "g1", ("Label", "x"));

        var result = world.BuildRoleModel();
        Assert.True(result.PartlyFailed);
        Assert.False(result.Processed);
        Assert.Equal("g1 -> The g1 'g1'", world.Named());
    }

    [Fact]
    public void Request_OfANamedRole_IsAsOfADeclaredOne()
    {
        using var world = Of(Conf(Mapping("ApprovalWorkflowType=\"One\"")), "g1");
        world.Request("002", "g1");
        world.Decide("002", "g1", AssignmentVerdict.Approve);
        world.Job(dirty: true);

        Assert.Equal("g1:16", world.Roles("002"));
        Assert.Equal(world.Id("g1"), Assert.Single(world.Type("002").Navigations).Resource);
        world.AssertSettled();
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal(4, (int)Assert.Single(world.Type("002").Navigations).ProvisioningState);
    }

    [Fact]
    public void Explain_OfANamedRole_TellsTheNamingRule()
    {
        using var world = Of(Conf(Mapping()), "g1");

        var types = world.Explain("Person", "001").Owner!.ResourceTypes;
        Assert.Contains("User/RoleMapping/Groups/g1", System.Text.Json.JsonSerializer.Serialize(types), StringComparison.Ordinal);
    }
}
