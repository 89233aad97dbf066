using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Muster.Policy.Decisions;
using static Muster.Policy.Tests.Naming.NamingWorld;

namespace Muster.Policy.Tests.Naming;

/// <summary>
/// Promise 1 with naming rules: whatever happens to entitlements, their names and who has them, jobs that look at changes leave what complete
/// ones leave, and a complete one after them writes nothing.
/// </summary>
public sealed class NamingHistoryTests
{
    private static readonly string[] Groups = ["g1", "g2", "g3"];

    private static readonly string[] Policies =
    [
        Conf(Mapping("IdentifierBinding=\"Group:Label\" CategoryIdentifierBinding=\"Group:Kind\"")),
        Conf(Mapping("IdentifierBinding=\"Group:Label\" WhereExpression=\"C#:group:return group.Kind != &quot;k1&quot;;\"")),
        Conf(
            Mapping("IdentifierBinding=\"Group:Label\"") + "<PolicyAutomationRule Policy=\"P\" EntityType=\"Person\" WorkflowState=\"Found\" HoursToWait=\"1\" Decision=\"Approve\" />",
            "<SingleRole Identifier=\"L1\" DisplayName_L1=\"L1\" EntityType=\"Person\" Policy=\"P\" /><SingleRoleRule Role=\"L1\" Policy=\"P\" D0=\"Sales\" />",
            "<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"g3\" SingleRole=\"L1\" />"),
    ];

    /// <summary>Kind of step, what it is about, and a number.</summary>
    private static Arbitrary<(int Policy, (int Kind, int Group, int Person, int Number)[] Steps)> Any { get; } = (
        from policy in Gen.Choose(0, Policies.Length - 1)
        from steps in (from kind in Gen.Choose(0, 11) from @group in Gen.Choose(0, 2) from person in Gen.Choose(0, 1) from number in Gen.Choose(1, 4) select (kind, @group, person, number)).ArrayOf()
        select (policy, steps)).ToArbitrary();

    [Fact]
    public void BuildsOfChanges_RandomHistories_EqualCompleteOnes()
    {
        var config = Environment.GetEnvironmentVariable("MUSTER_CASES") is { } cases
            ? Config.QuickThrowOnFailure.WithMaxTest(int.Parse(cases, CultureInfo.InvariantCulture))
            : Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(20261122, 5);
        Prop.ForAll(Any, history => Check(history.Policy, history.Steps)).Check(config);
    }

    private static void Check(int policy, (int Kind, int Group, int Person, int Number)[] steps)
    {
        using var dirty = Of(Policies[policy], "g1", "g2");
        using var complete = Of(Policies[policy], "g1", "g2");
        foreach (var step in steps.Append((Kind: 0, Group: 0, Person: 0, Number: 0)))
        {
            if (step.Kind <= 2)
            {
                dirty.Job(dirty: true);
                complete.Job(dirty: false);
                Assert.Equal(complete.Dump(), dirty.Dump());
                continue;
            }

            Do(dirty, step.Kind, Groups[step.Group], step.Person, step.Number);
            Do(complete, step.Kind, Groups[step.Group], step.Person, step.Number);
        }

        var dump = dirty.Dump();
        var hasChanged = dirty.Job(dirty: false);
        Assert.Equal(dump, dirty.Dump());
        Assert.False(hasChanged, "A complete job after that found something to do.");
    }

    private static void Do(PolicyWorld world, int kind, string group, int person, int number)
    {
        var account = person == 0 ? "cn=anna" : "cn=bert";
        var key = person == 0 ? "001" : "002";
        switch (kind)
        {
            case 3 or 4:
                world.Put("Group", group, ("Label", $"L{number}"), ("Kind", $"k{number % 3}"));
                break;
            case 5:
                world.Remove("Group", group);
                break;
            case 6 or 7 when world.Has(group):
                world.Link("Account", "Groups", account, group);
                break;
            case 8 when world.Has(group):
                world.Unlink("Account", "Groups", account, group);
                break;
            case 9:
                try
                {
                    world.Request(key, $"L{number}", with: r => r with { IsRemoval = number == 4 });
                }
                catch (DecisionRefusedException)
                {
                }

                break;
            case 10:
                world.Fulfill();
                break;
            case 11:
                world.Later(60);
                break;
            default:
                break;
        }
    }
}
