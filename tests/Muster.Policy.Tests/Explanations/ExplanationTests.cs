using Muster.Policy.Decisions;
using Muster.Policy.Explanations;

namespace Muster.Policy.Tests.Explanations;

/// <summary><c>resource explain</c>: why there is what there is, and why there is not what there is not.</summary>
public sealed class ExplanationTests
{
    private const string Bundle =
        """
        <CompositeRole Identifier="Seller" DisplayName_L1="Seller" EntityType="Person" Policy="P" />
        <CompositeRoleRule Role="Seller" Policy="P" D0="Sales" L0="true" />
        <SingleRole Identifier="Mail" DisplayName_L1="Mail" EntityType="Person" Policy="P" />
        <SingleRoleRule Role="Mail" Policy="P" CompositeRole="Seller" />
        """;

    private static PolicyWorld World(string more = Bundle, string attributes = "BlockProvisioning=\"false\"", string scalars = "")
    {
        var world = new PolicyWorld(Given.Accounts(attributes, more, scalars));
        world.Put("Department", "Sales");
        world.Put("Department", "North", ("Parent", "Sales"));
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Clerk"), ("Department", "North"), ("Start", "20200101000000"));
        world.Put("Person", "002", ("Login", "bert"), ("Department", "IT"));
        world.Job(dirty: true);
        return world;
    }

    private static AnswerExplanation Ask(PolicyWorld world, string person, AssignmentKind kind, string item) =>
        world.Explain("Person", person, r => r with { Item = (kind, item) }).Answer!;

    [Fact]
    public void Role_OfARuleInAContext_NamesRuleContextAndActualValue()
    {
        using var world = World();

        var explained = world.Explain("Person", "001");

        var context = Assert.Single(explained.Owner!.Contexts);
        Assert.Equal(("2020-01-01T00:00:00Z", null, "Person '001'"), (context.Start, context.End, Assert.Single(context.From)));
        Assert.Equal(["North"], Assert.Single(context.Dimensions).Values);
        Assert.Contains(context.Inputs, i => i.Path == "Person:Start" && i.Values is ["20200101000000"]);
        var role = explained.Owner.SingleRoles.Single(r => r.Role == "Staff");
        Assert.Equal((18, "given by a rule", "6.5"), (role.WorkflowState.Number, role.Reason, role.Section));
        var rule = Assert.Single(role.Rules);
        Assert.Equal(("Staff/SingleRoleRule/1", "gives it", 1), (rule.Rule, rule.Outcome, rule.Context));
        Assert.Equal(new ConditionExplanation("Department is 'Sales' or below it", true, "it is 'North' (below 'Sales')"), Assert.Single(rule.Conditions));
        Assert.Empty(role.Notes);
    }

    [Fact]
    public void Role_OfACompositeRole_NamesIt()
    {
        using var world = World();

        var role = world.Explain("Person", "001").Owner!.SingleRoles.Single(r => r.Role == "Mail");

        Assert.True(role.IsIndirect);
        Assert.Equal("the composite role 'Seller' is held", Assert.Single(Assert.Single(role.Rules).Conditions).Condition);
    }

    [Fact]
    public void Role_ThatNoRuleGives_NamesTheConditionThatFailed_AlsoOfWhatItNeeds()
    {
        using var world = World();

        var answer = Ask(world, "002", AssignmentKind.SingleRole, "Mail");

        Assert.False(answer.Has);
        Assert.Equal("Its rule does not apply, and nobody has requested it.", answer.Verdict);
        Assert.Equal((false, "it is not"), (answer.Rules[0].Conditions[0].Holds, answer.Rules[0].Conditions[0].Actual));
        var needed = Assert.Single(answer.Needs);
        Assert.Equal("composite role 'Seller'", needed.Question);
        Assert.Equal(new ConditionExplanation("Department is 'Sales' or below it", false, "it is 'IT'"), needed.Rules[0].Conditions[0]);
    }

    [Theory]
    [InlineData("<SingleRoleRule Role=\"Staff\" Policy=\"P\" D0=\"North\" IsDenied=\"true\" />", "applies, and 'Staff/SingleRoleRule/2' of the same priority denies it", "denies it")]
    [InlineData("<SingleRoleRule Role=\"Staff\" Policy=\"P\" D0=\"North\" IsDenied=\"true\" Priority=\"-1\" />", "applies, and 'Staff/SingleRoleRule/2' of a smaller priority decides", "denies it")]
    public void Role_ThatARuleDenies_NamesTheRule(string rule, string granting, string denying)
    {
        using var world = World(rule);

        var answer = Ask(world, "001", AssignmentKind.SingleRole, "Staff");

        Assert.Equal((false, "A rule denies it."), (answer.Has, answer.Verdict));
        Assert.Equal([granting, denying], answer.Rules.Select(r => r.Outcome));
    }

    [Fact]
    public void Role_ThatWasRequested_NamesWhoWhenAndWhy()
    {
        using var world = World();
        world.Request("002", "Staff");
        world.Job(dirty: true);

        var role = world.Explain("Person", "002").Owner!.SingleRoles.Single(r => r.Role == "Staff");

        Assert.Equal((16, "approved by hand"), (role.WorkflowState.Number, role.Reason));
        var decision = Assert.Single(role.Decisions);
        Assert.Equal(("eve", "Request", "because", "Approved"), (decision.By, decision.Decision, decision.Comment, decision.To));
        Assert.True(Ask(world, "002", AssignmentKind.SingleRole, "Staff").Has);
    }

    [Fact]
    public void Role_ThatWasDeclined_SaysSo()
    {
        using var world = World();
        world.Decide("001", "Staff", AssignmentVerdict.Decline);
        world.Job(dirty: true);

        var answer = Ask(world, "001", AssignmentKind.SingleRole, "Staff");

        Assert.False(answer.Has);
        Assert.StartsWith("A person has declined it", answer.Verdict, StringComparison.Ordinal);
        Assert.Equal("Decline", Assert.Single(answer.Decisions).Decision);
    }

    [Fact]
    public void Role_BeforeTheNextRun_SaysWhatItWillBecome_AndWritesNothing()
    {
        using var world = World();
        world.Put("Person", "001", ("Department", "IT"));
        world.Put("Person", "002", ("Department", "Sales"));
        var before = world.Snapshot();

        var (lost, won) = (world.Explain("Person", "001").Owner!.SingleRoles, world.Explain("Person", "002").Owner!.SingleRoles);

        Assert.Equal(["The next evaluation ends it."], lost.Single(r => r.Role == "Staff").Notes);
        Assert.Equal("rule lost", lost.Single(r => r.Role == "Staff").Reason);
        Assert.Equal(["It is not stored yet: the next evaluation gives it."], won.Single(r => r.Role == "Staff").Notes);
        Assert.Equal(before, world.Snapshot());
    }

    [Fact]
    public void Role_OfAnotherEntityType_OrOfNobody_IsToldWhy()
    {
        using var world = World();
        world.Put("Person", "001", ("End", "20200201000000"));
        world.At("2026-01-01T00:00:00Z");

        Assert.Equal("Its validity is over: it is entitled to nothing any more.", Ask(world, "001", AssignmentKind.SingleRole, "Staff").Verdict);
        Assert.Contains("Did you mean 'Staff'", Assert.Throws<DecisionRefusedException>(() => Ask(world, "001", AssignmentKind.SingleRole, "Staf")).Message, StringComparison.Ordinal);
        Assert.Throws<DecisionRefusedException>(() => world.Explain("Group", "sales-staff", r => r with { Item = (AssignmentKind.SingleRole, "Staff") }));
    }

    [Fact]
    public void Role_DeducedFromALink_NamesTheLink()
    {
        using var world = World();
        world.Put("Account", "cn=0", ("Login", "bert"));
        world.Link("Account", "Groups", "cn=0", "sales-staff");
        world.Job(dirty: true);

        var role = world.Explain("Person", "002").Owner!.SingleRoles.Single(r => r.Role == "Staff");

        Assert.Equal((1, "found"), (role.WorkflowState.Number, role.Reason));
        Assert.Equal("User 'cn=0' has Groups 'sales-staff', which no rule wants", Assert.Single(role.DeducedFrom));
    }

    [Fact]
    public void Values_NameTheRuleAndWhatItRead_AndLinksTheRole()
    {
        using var world = World();
        world.Fulfill();
        world.Job(dirty: true);

        var type = Assert.Single(world.Explain("Person", "001").Owner!.ResourceTypes);

        Assert.Equal(("User", 18, 4), (type.ResourceType, type.WorkflowState.Number, type.ProvisioningState.Number));
        Assert.Contains(type.Rules, r => r is { Rule: "User/TypeRule/1", Outcome: "gives it" });
        var title = type.Values.Single(v => v.Property == "Title");
        Assert.Equal(("Clerk", "Clerk", "Person:Title"), (title.Policy, title.Current, title.Expression));
        Assert.Equal(["Clerk"], Assert.Single(title.Inputs).Values);
        Assert.Equal("User/ScalarRule/2", Assert.Single(title.Rules).Rule);
        var link = type.Values.Single(v => v.Property == "Groups");
        Assert.Equal(("sales-staff", "User/NavigationRule/1"), (link.Policy, Assert.Single(link.Rules).Rule));
        Assert.Contains(link.Rules[0].Conditions, c => c is { Condition: "the single role 'Staff' is held", Holds: true });
        Assert.Contains("'anna'", type.Correlation.How, StringComparison.Ordinal);
    }

    [Fact]
    public void Link_ThatIsAbsent_NamesTheRoleAndWhyItIsNotHeld()
    {
        using var world = World();

        var answer = world.Explain("Person", "002", r => r with { Property = "Groups", Value = "sales-staff" }).Answer!;

        Assert.Equal((false, "No rule that gives it applies."), (answer.Has, answer.Verdict));
        Assert.Contains(answer.Rules[0].Conditions, c => c is { Condition: "the single role 'Staff' is held", Holds: false });
        Assert.Equal("single role 'Staff'", Assert.Single(answer.Needs).Question);
        Assert.True(world.Explain("Person", "001", r => r with { Property = "Groups", Value = "sales-staff" }).Answer!.Has);
        Assert.Contains("no 'Group' with the key", world.Explain("Person", "001", r => r with { Property = "Groups", Value = "nothing" }).Answer!.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_WhoseExpressionFails_IsToldWithTheFault()
    {
        using var world = World(scalars: """<ScalarRule Policy="P" Property="Secret" Expression="C#:person:return person.Title.Substring(0, 50);" />""");

        var answer = world.Explain("Person", "001", r => r with { Property = "Secret" }).Answer!;

        Assert.False(answer.Has);
        Assert.StartsWith("Its expression failed: ", answer.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void ResourceType_ThatIsAbsent_ListsTypeRulesAndRolesThatWouldNeedIt()
    {
        using var world = new PolicyWorld(Given.Accounts().Replace("<TypeRule Policy=\"P\" />", "<TypeRule Policy=\"P\" D0=\"Sales\" />", StringComparison.Ordinal));
        world.Put("Department", "IT");
        world.Put("Person", "002", ("Login", "bert"), ("Department", "IT"));
        world.Job(dirty: true);

        var answer = Ask(world, "002", AssignmentKind.ResourceType, "User");

        Assert.Equal((false, "No type rule applies, no role that is held needs it, and nobody has requested it."), (answer.Has, answer.Verdict));
        Assert.Equal(["does not apply", "does not need it"], answer.Rules.Select(r => r.Outcome));
        Assert.Equal("it is 'IT'", answer.Rules[0].Conditions[0].Actual);
    }

    [Fact]
    public void Account_IsExplainedByItsOwner_AndByKeysIfItHasNone()
    {
        using var world = World();
        world.Put("Account", "cn=0", ("Login", "anna"));
        world.Put("Account", "cn=1", ("Login", "anna"));
        world.Put("Account", "cn=2", ("Login", "nobody"));
        world.Job(dirty: true);

        var owned = Assert.Single(world.Explain("Account", "cn=0").TargetOf);
        Assert.Equal(("001", "It is the 'User' of Person '001'."), (owned.OwnerKey, owned.Verdict));
        Assert.Contains(owned.Keys, k => k is { OwnerKey: "anna", TargetKey: "anna", Matches: true });
        Assert.NotEmpty(owned.Assignment!.Values);

        var second = Assert.Single(world.Explain("Account", "cn=1").TargetOf);
        Assert.Equal("the owner has 'cn=0' already", Assert.Single(second.Candidates).Outcome);

        var nobody = Assert.Single(world.Explain("Account", "cn=2").TargetOf);
        Assert.Equal("It is nobody's: no owner's key equals one of its own.", nobody.Verdict);
        Assert.Equal("nobody", Assert.Single(nobody.Keys).TargetKey);
    }

    [Fact]
    public void GracePeriod_IsToldWithItsEnd()
    {
        using var world = World();
        world.Deploy(Given.Accounts(more: Bundle).Replace("Identifier=\"Staff\"", "Identifier=\"Staff\" GracePeriod=\"60\"", StringComparison.Ordinal).Replace("D0=\"Sales\" L0=\"true\" />\n<ResourceType", "D0=\"IT\" />\n<ResourceType", StringComparison.Ordinal));
        world.Job(dirty: true);

        var role = world.Explain("Person", "001").Owner!.SingleRoles.Single(r => r.Role == "Staff");

        Assert.Equal(27, role.WorkflowState.Number);
        Assert.Contains(role.Notes, n => n.StartsWith("Its grace period ends 20", StringComparison.Ordinal));
    }
}
