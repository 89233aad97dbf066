using FsCheck;
using FsCheck.Fluent;
using Muster.Policy.Transitions;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>One thing that happens to a world: the same in every world, and readable when a history fails.</summary>
internal sealed record HistoryStep(string Text, Action<PolicyWorld> Do)
{
    public override string ToString() => Text;
}

/// <summary>A policy and what happens under it.</summary>
/// <param name="Changed">The same policy with another rule, for deployments in between.</param>
/// <param name="Tasks">The source entity types of each task that computes the role model; empty: one task computes all.</param>
internal sealed record History(string Policy, string Changed, IReadOnlyList<HistoryStep> Steps, IReadOnlyList<string[]> Tasks)
{
    public override string ToString() =>
        $"{Policy}\n{string.Join('\n', Changed.Split('\n').Except(Policy.Split('\n')).Select(l => $"Changed: {l}"))}\nTasks: {string.Join("; ", Tasks.Select(t => string.Join(", ", t)))}\n{string.Join('\n', Steps)}";
}

/// <summary>
/// Random policies over people and robots, who compete for accounts, units and groups, and random histories of them: entries come, change, go, come again under the
/// same key, and get another key; links come and go; orders are executed, fail, stay without an answer, and are seen in the directory or
/// not; the clock moves; jobs run between.
/// </summary>
internal static class Histories
{
    /// <summary>The model of <see cref="Given"/> with bosses, units of the directory, and managers of accounts.</summary>
    public static string Model { get; } = Given.Model
        .Replace(
            "<Property Identifier=\"IsDraft\" Type=\"Bool\" />",
            """
            <Property Identifier="IsDraft" Type="Bool" />
            <Property Identifier="Boss" Type="ForeignKey" />
            <Property Identifier="Reports" Type="ForeignKey" />
            <Property Identifier="UnitName" Type="String" />
            """,
            StringComparison.Ordinal)
        .Replace(
            "<Property Identifier=\"Secret\" Type=\"String\" />",
            """
            <Property Identifier="Secret" Type="String" />
            <Property Identifier="Manager" Type="ForeignKey" />
            <Property Identifier="Managed" Type="ForeignKey" />
            <Property Identifier="Unit" Type="ForeignKey" />
            """,
            StringComparison.Ordinal)
        .Replace(
            "<EntityType Identifier=\"Group\"",
            """
            <EntityType Identifier="Robot" DisplayName_L1="Robot">
              <Property Identifier="Code" Type="String" IsKey="true" />
              <Property Identifier="Login" Type="String" />
              <Property Identifier="Title" Type="String" />
            </EntityType>
            <EntityType Identifier="Unit" DisplayName_L1="Unit">
              <Property Identifier="Name" Type="String" IsKey="true" />
              <Property Identifier="Label" Type="String" />
              <Property Identifier="Accounts" Type="ForeignKey" />
            </EntityType>
            <EntityType Identifier="Group"
            """,
            StringComparison.Ordinal)
        .Replace(
            "<EntityTypeMapping Identifier=\"Group\"",
            """
            <EntityTypeMapping Identifier="Robot" Connector="HR" ConnectionTable="Robots">
              <Property Identifier="Code" ConnectionColumn="Code" IsPrimaryKey="true" />
            </EntityTypeMapping>
            <EntityTypeMapping Identifier="Unit" Connector="LDAP" ConnectionTable="entries">
              <Property Identifier="Name" ConnectionColumn="ou" IsPrimaryKey="true" />
            </EntityTypeMapping>
            <EntityTypeMapping Identifier="Group"
            """,
            StringComparison.Ordinal)
        .Replace(
            "<Policy Identifier",
            """
            <EntityAssociation Identifier="Person_Boss" Property1="Person:Reports" IsProperty1Collection="true" Property2="Person:Boss" />
            <EntityAssociation Identifier="Account_Manager" Property1="Account:Managed" IsProperty1Collection="true" Property2="Account:Manager" />
            <EntityAssociation Identifier="Account_Unit" Property1="Unit:Accounts" IsProperty1Collection="true" Property2="Account:Unit" />
            <Policy Identifier
            """,
            StringComparison.Ordinal);

    /// <summary>What every world holds from the start.</summary>
    public static void Begin(PolicyWorld world)
    {
        foreach (var department in Departments)
        {
            world.Put("Department", department);
        }

        world.Put("Group", "sales-staff");
        world.Put("Group", "everybody");
        world.Put("Unit", "ou=Sales", ("Label", "Sales"));
    }

    public static Arbitrary<History> Any { get; } = Arb.From(
        from policy in Policies()
        from count in Gen.Choose(4, 24)
        from steps in Gen.ListOf(Step(), count)
        from tasks in Gen.Elements<string[][]>([], [], [["Person"], ["Robot"]], [["Robot"], ["Person"]])
        from grace in Gen.Elements("", "GracePeriod=\"60\"")
        let kept = policy.Replace("Identifier=\"Staff\"", $"Identifier=\"Staff\" {grace}", StringComparison.Ordinal)
        select new History(kept, Changed(kept), [.. steps], tasks),
        Smaller);

    /// <summary>The rules of roles ask for another department.</summary>
    private static string Changed(string policy) => string.Join('\n', policy.Split('\n').Select(l =>
        l.Contains("RoleRule Role=", StringComparison.Ordinal) ? l.Replace("D0=\"Sales\"", "D0=\"IT\"", StringComparison.Ordinal) : l));

    private static readonly string[] Departments = ["Sales", "North", "IT"];

    /// <summary>Histories without some of the steps: halves first, then single ones.</summary>
    private static IEnumerable<History> Smaller(History history)
    {
        for (var size = history.Steps.Count / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= history.Steps.Count; at += size)
            {
                yield return history with { Steps = [.. history.Steps.Take(at), .. history.Steps.Skip(at + size)] };
            }
        }
    }

    private static Gen<string> Policies() =>
        from attributes in Gen.Elements(
            "BlockProvisioning=\"false\"",
            "BlockProvisioning=\"false\" CorrelateMultipleResources=\"true\"",
            "BlockProvisioning=\"false\" SuggestAllCorrelations=\"true\"",
            "BlockProvisioning=\"false\" CorrelateMultipleResources=\"true\" SuggestAllCorrelations=\"true\"",
            "BlockProvisioning=\"true\" RemoveOrphans=\"true\"",
            "BlockProvisioning=\"false\" RemoveOrphans=\"true\"",
            "BlockProvisioning=\"false\" AllowRemove=\"false\" DiscardManualAssignments=\"true\"",
            "BlockProvisioning=\"false\" AllowAdd=\"false\"",
            "BlockProvisioning=\"false\" TransmittedStateValidityPeriod=\"30\"")
        from typeRule in Gen.Elements(
            "<TypeRule Policy=\"P\" />",
            "<TypeRule Policy=\"P\" />",
            "<TypeRule Policy=\"P\" D0=\"Sales\" L0=\"true\" />",
            "<TypeRule Policy=\"P\" D0=\"North\" />",
            "<TypeRule Policy=\"P\" SingleRole=\"Staff\" />",
            "<TypeRule Policy=\"P\" /><TypeRule Policy=\"P\" D0=\"IT\" IsDenied=\"true\" />",
            "")
        from roles in Gen.Elements(
            Staff,
            Staff,
            """
            <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
            <CompositeRole Identifier="Seller" DisplayName_L1="Seller" EntityType="Person" Policy="P" />
            <CompositeRole Identifier="Head" DisplayName_L1="Head" EntityType="Person" Policy="P" />
            <CompositeRoleRule Role="Head" Policy="P" D0="Sales" />
            <CompositeRoleRule Role="Seller" Policy="P" ParentRole="Head" />
            <CompositeRoleRule Role="Seller" Policy="P" D0="North" Priority="2" />
            <CompositeRoleRule Role="Seller" Policy="P" D0="Sales" L0="true" IsDenied="true" Priority="1" />
            <SingleRoleRule Role="Staff" Policy="P" CompositeRole="Seller" />
            <SingleRoleRule Role="Staff" Policy="P" CompositeRole="Head" D0="Sales" L0="true" />
            """,
            """
            <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" D0="IT" />
            <CompositeRole Identifier="Seller" DisplayName_L1="Seller" EntityType="Person" Policy="P" />
            <CompositeRoleRule Role="Seller" Policy="P" D0="Sales" L0="true" />
            <SingleRoleRule Role="Staff" Policy="P" CompositeRole="Seller" />
            """)
        from links in Gen.Elements(
            "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"sales-staff\" SingleRole=\"Staff\" />",
            "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"sales-staff\" D0=\"Sales\" L0=\"true\" />"
                + "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"everybody\" />",
            "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"everybody\" />"
                + "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"everybody\" D0=\"IT\" IsDenied=\"true\" />",
            "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"everybody\" D0=\"Sales\" TimeOffsetReference=\"After\" TimeOffsetAfterReference=\"60\" />"
                + "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"sales-staff\" TimeOffsetReference=\"Before\" TimeOffsetBeforeReference=\"-60\" TimeOffsetAfterReference=\"20\" />",
            "<NavigationRule Policy=\"P\" Property=\"Unit\" Resource=\"ou=Sales\" SingleRole=\"Staff\" />")
        from queries in Gen.Elements(
            "",
            Query("Manager", "Person:Boss.Login", "Account:Login", 100),
            Query("Manager", "Person:Boss.Login", "Account:Login", 60),
            Query("Manager", "Person:Boss.Login", "Account:Login", 100) + Query("Manager", "Person:Boss.Title", "Account:Title", 90),
            Query("Groups", "Person:Title", "Group:Name", 100))
        from scalars in Gen.Elements(
            "",
            "<ScalarRule Policy=\"P\" Property=\"Secret\" Binding=\"Person:Name\" IsMapped=\"false\" />",
            "<ScalarRule Policy=\"P\" Property=\"Secret\" Binding=\"Person:Boss.Name\" />",
            """
            <ScalarRule Policy="P" Property="Secret" Expression="Literal:early" TimeOffsetReference="Before" TimeOffsetBeforeReference="-40" />
            <ScalarRule Policy="P" Property="Secret" Binding="Person:Name" TimeOffsetReference="Around" TimeOffsetAfterReference="10" />
            <ScalarRule Policy="P" Property="Secret" Expression="Literal:late" SingleRole="Staff" TimeOffsetReference="After" TimeOffsetAfterReference="1440" />
            """,
            "<ScalarRule Policy=\"P\" Property=\"Secret\" Binding=\"Person:Department.Parent.Code\" SingleRole=\"Staff\" ComparisonType=\"IgnoreCase\" />")
        from correlation in Gen.Elements(
            Correlation("Person:Login", "Account:Login", 100),
            Correlation("Person:Login", "Account:Login", 80),
            Correlation("Person:Login", "Account:Login", 100) + Correlation("Person:Title", "Account:Title", 60),
            Correlation("Person:Boss.Login", "Account:Login", 110) + Correlation("Person:Login", "Account:Login", 100))
        from more in Gen.Elements(
            "",
            "",
            """
            <ResourceType Identifier="Second" DisplayName_L1="Second" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              <TypeRule Policy="P" D0="IT" />
              <ScalarRule Policy="P" Property="Title" Binding="Person:Title" />
            </ResourceType>
            <ResourceCorrelationRule ResourceType="Second" Policy="P" SourceBinding="Person:Title" TargetBinding="Account:Title" SourceMatchedConfidenceLevel="100" />
            """,
            """<ResourceClassificationRule ResourceType="User" Policy="P" ResourceTypeIdentificationConfidenceLevel="100" TargetExpression="C#:a:return a.Title == &quot;t1&quot;;" />""",
            """<EntityPropertyExpression Identifier="L" EntityType="Person" Property="UnitName" Binding="Person:Department.Parent.Code" />""",
            """
            <EntityPropertyExpression Identifier="B" EntityType="Person" Property="Boss" Binding="Person:Name" PropertyCriteria="Person:Number" />
            <EntityPropertyExpression Identifier="L" EntityType="Person" Property="UnitName" Binding="Person:Boss.Department.Code" />
            """)
        from robots in Gen.Elements("", Robots("<TypeRule Policy=\"P\" />", 100), Robots("<TypeRule Policy=\"P\" />", 70), Robots("", 100), Robots("", 110))
        from profiles in Profiles()
        select Of(roles, attributes, typeRule, links, queries, scalars, correlation, more + robots + profiles);

    /// <summary>Robots want the accounts of people, or at least have some of them.</summary>
    private static string Robots(string typeRule, int confidence) =>
        $"""
        <ResourceType Identifier="RobotUser" DisplayName_L1="Robot" Policy="P" SourceEntityType="Robot" TargetEntityType="Account" BlockProvisioning="false">
          {typeRule}
          <ScalarRule Policy="P" Property="Login" Binding="Robot:Login" />
          <ScalarRule Policy="P" Property="Title" Binding="Robot:Title" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="RobotUser" Policy="P" SourceBinding="Robot:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="{confidence}" />
        """;

    private static Gen<string> Profiles() =>
        from contexts in Gen.Elements(
            """<ProfileRuleContext ResourceType="User"><ProfileRule Profile="User" B0="Person:Department" /></ProfileRuleContext>""",
            """
            <ProfileRuleContext ResourceType="User">
              <ProfileRule Profile="User" SubExpression="C#:a:return a.Title == &quot;t1&quot;;" />
              <ProfileRule Profile="Seller" RootExpression="C#:p:return p.Department != null &amp;&amp; p.Department.Parent != null;" B0="Person:Department.Parent" />
            </ProfileRuleContext>
            <ProfileRuleContext EntityType="Person" SubBinding="Person:Reports" IsAppliedToRoot="false">
              <ProfileRule Profile="Boss" B0="Person:Department" SubExpression="C#:p:return p.Login != null;" />
            </ProfileRuleContext>
            """,
            """
            <ProfileRuleContext EntityType="Person" RootBinding="Person:Boss">
              <ProfileRule Profile="Boss" B0="Person:Department" RootExpression="C#:p:return p.Title == &quot;t0&quot;;" />
            </ProfileRuleContext>
            <ProfileRuleContext ResourceType="User"><ProfileRule Profile="User" SubExpression="C#:a:return a.Unit != null &amp;&amp; a.Unit.Label == &quot;t1&quot;;" /></ProfileRuleContext>
            """,
            """
            <ProfileRuleContext EntityType="Person">
              <ProfileRule Profile="User" RootExpression="C#:p:return queryHandler.Select&lt;Account&gt;(&quot;Select Id Where Title = 't1'&quot;).Count() &gt; 1;" />
            </ProfileRuleContext>
            <ProfileRuleContext EntityType="Person">
              <ProfileRule Profile="Boss" RootExpression="C#:p:return DateTime.UtcNow &gt; new DateTime(2026, 1, 11, 9, 0, 0);" />
            </ProfileRuleContext>
            """)
        select $"""
            <Profile Identifier="User" DisplayName_L1="User" /><Profile Identifier="Seller" DisplayName_L1="Seller" /><Profile Identifier="Boss" DisplayName_L1="Boss" />
            {contexts}
            """;

    private const string Staff =
        """
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
        <SingleRoleRule Role="Staff" Policy="P" D0="Sales" L0="true" />
        """;

    private static string Of(string roles, string attributes, string typeRule, string links, string queries, string scalars, string correlation, string more)
    {
        // One property is fed by navigation rules or by query rules, not by both.
        var clash = queries.Contains("\"Groups\"", StringComparison.Ordinal) && links.Contains("\"Groups\"", StringComparison.Ordinal);
        return
            $"""
            {Given.Context}
            {roles}
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" {attributes}>
              {typeRule}
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
              <ScalarRule Policy="P" Property="Title" Binding="Person:Title" />
              {scalars}
              {(clash ? "" : links)}
              {queries}
            </ResourceType>
            {correlation}
            {more}
            """;
    }

    private static string Query(string property, string source, string target, int confidence) =>
        $"<QueryRule Policy=\"P\" Property=\"{property}\" SourceBinding=\"{source}\" TargetBinding=\"{target}\" TargetMatchedConfidenceLevel=\"{confidence}\" />";

    private static string Correlation(string source, string target, int confidence) =>
        $"<ResourceCorrelationRule ResourceType=\"User\" Policy=\"P\" SourceBinding=\"{source}\" TargetBinding=\"{target}\" SourceMatchedConfidenceLevel=\"{confidence}\" />";

    private static Gen<HistoryStep> Step()
    {
        var people = Gen.Elements("001", "002", "003", "004");
        var accounts = Gen.Elements("cn=0", "cn=1", "cn=2", "cn=3");
        var logins = Gen.Elements("l0", "l1", "l2", null);
        var titles = Gen.Elements("t0", "t1", null);
        var departments = Gen.Elements([.. Departments, null]);
        var groups = Gen.Elements("sales-staff", "everybody", "t1");
        var dates = Gen.Elements(null, "20260110083000", "20260110090000", "20260111090000", "20260301000000");
        return Gen.Frequency(
            (8, from p in people from l in logins from t in titles from d in departments from b in people select Put("Person", p, ("Login", l), ("Title", t), ("Department", d), ("Name", b))),
            (3, from p in people from l in logins select Put("Person", p, ("Login", l))),
            (2, from p in people from d in departments select Put("Person", p, ("Department", d))),
            (3, from p in people from b in people select Put("Person", p, ("Boss", b))),
            (3, from p in people from d in dates from e in dates select Put("Person", p, ("Start", d), ("End", e))),
            (6, from a in accounts from l in logins from t in titles select Put("Account", a, ("Login", l), ("Title", t))),
            (2, from a in accounts from m in accounts from s in titles select Put("Account", a, ("Manager", m), ("Secret", s))),
            (2, from a in accounts from u in Gen.Elements("ou=Sales", null) select Put("Account", a, ("Unit", u))),
            (4, from r in Gen.Elements("r1", "r2") from l in logins from t in titles select Put("Robot", r, ("Login", l), ("Title", t))),
            (2, Gen.Elements("r1", "r2").Select(r => Remove("Robot", r))),
            (3, people.Select(p => Remove("Person", p))),
            (3, Gen.OneOf(accounts, Gen.Constant("cn=10")).Select(a => Remove("Account", a))),
            (2, from l in logins from t in titles select Put("Account", "cn=10", ("Login", l), ("Title", t))),
            (1, groups.Select(g => Remove("Group", g))),
            (2, groups.Select(g => Put("Group", g))),
            (1, Gen.Constant(Remove("Unit", "ou=Sales"))),
            (1, from u in Gen.Elements("ou=Sales") from l in titles select Put("Unit", u, ("Label", l))),
            (1, Gen.Elements(Departments).Select(d => Remove("Department", d))),
            (3, from d in Gen.Elements(Departments) from p in departments select Put("Department", d, ("Parent", p))),
            (1, from d in Gen.Elements(Departments) from n in Gen.Elements(Departments) select Rename("Department", d, n)),
            (1, from g in groups from n in groups select Rename("Group", g, n)),
            (2, from a in Gen.OneOf(accounts, Gen.Constant("cn=10")) from n in Gen.OneOf(accounts, Gen.Constant("cn=10")) select Rename("Account", a, n)),
            (1, from p in people from n in people select Rename("Person", p, n)),
            (3, from a in accounts from g in groups select Link(a, g)),
            (3, from a in accounts from g in groups select Unlink(a, g)),
            (6, Gen.Elements(
                new HistoryStep("w.Provision();", w => w.Provision()),
                new HistoryStep("w.Generate(force: true);", w => w.Generate(force: true)),
                new HistoryStep("w.Fail();", w => w.Fail()),
                new HistoryStep("w.Fulfill();", w => w.Fulfill()),
                new HistoryStep("w.Promise();", w => w.Promise()),
                new HistoryStep("w.Fulfill();", w => w.Fulfill()))),
            (4, Gen.Constant(new HistoryStep("w.Synchronized(\"LDAP\");", w => w.Synchronized("LDAP")))),
            (3, Gen.Elements(5, 40, 1440).Select(m => new HistoryStep($"w.Later({m});", w => w.Later(m)))),
            (1, from p in people from d in Gen.Elements(true, false) select Deny(p, d)),
            (2, Gen.Elements(0, 1).Select(v => new HistoryStep($"w.DeployVariant({v}, Histories.Model);", w => w.DeployVariant(v, Model)))),
            (4, from p in people from i in Gen.Elements(0, 1) from k in Gen.Elements("Ask", "Drop", "Approve", "Decline", "Keep", "Remove") select Decide(p, i, k)),
            (3, from p in people from v in Gen.Elements(ReviewVerdict.Approve, ReviewVerdict.Decline, ReviewVerdict.Keep, ReviewVerdict.Remove) select Review(p, v)),
            (12, Gen.Constant(Job)));
    }

    /// <summary>Stands for a job: dirty in one world, complete in the other.</summary>
    public static HistoryStep Job { get; } = new("w.Job();", _ => { });

    private static HistoryStep Put(string type, string key, params (string Property, string? Value)[] values) =>
        new($"w.PutKnown(\"{type}\", \"{key}\"{string.Concat(values.Select(v => $", (\"{v.Property}\", {(v.Value is null ? "null" : $"\"{v.Value}\"")})"))});", w => w.PutKnown(type, key, values));

    /// <summary>A person forbids a profile, or forbids none any more.</summary>
    private static HistoryStep Deny(string person, bool isDenied) =>
        new($"w.Deny(\"{person}\", \"User\", {(isDenied ? "true" : "false")});", w => w.Deny(person, "User", isDenied));

    /// <summary>A person asks or decides; what is refused changes nothing.</summary>
    private static HistoryStep Decide(string person, int item, string what) =>
        new($"w.TryDecide(\"{person}\", {item}, \"{what}\");", w => w.TryDecide(person, item, what));

    private static HistoryStep Review(string person, ReviewVerdict verdict) =>
        new($"w.TryReview(\"{person}\", ReviewVerdict.{verdict});", w => w.TryReview(person, verdict));

    private static HistoryStep Remove(string type, string key) => new($"w.Remove(\"{type}\", \"{key}\");", w => w.Remove(type, key));

    private static HistoryStep Rename(string type, string key, string to) => new($"w.Rename(\"{type}\", \"{key}\", \"{to}\");", w => w.Rename(type, key, to));

    private static HistoryStep Link(string account, string group) =>
        new($"w.LinkKnown(\"{account}\", \"{group}\");", w =>
        {
            if (w.Has(account) && w.Has(group))
            {
                w.Link("Account", "Groups", account, group);
            }
        });

    private static HistoryStep Unlink(string account, string group) =>
        new($"w.UnlinkKnown(\"{account}\", \"{group}\");", w =>
        {
            if (w.Has(account) && w.Has(group))
            {
                w.Unlink("Account", "Groups", account, group);
            }
        });
}
