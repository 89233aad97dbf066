using FsCheck;
using FsCheck.Fluent;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>
/// Promise 1: after any sequence of changes, orders and answers, dirty runs leave what complete runs would have left, and a complete run
/// after them writes nothing.
/// </summary>
public sealed class DirtyEqualsCompleteTests
{
    private static readonly string[] Policies =
    [
        Given.Accounts(),
        Given.Accounts("BlockProvisioning=\"false\" CorrelateMultipleResources=\"true\""),
        Given.Accounts("BlockProvisioning=\"true\" RemoveOrphans=\"true\""),
        Given.Accounts("BlockProvisioning=\"false\" AllowRemove=\"false\" DiscardManualAssignments=\"true\""),
        Given.Accounts().Replace("<TypeRule Policy=\"P\" />", "<TypeRule Policy=\"P\" D0=\"Sales\" L0=\"true\" />", StringComparison.Ordinal),
        Given.Accounts().Replace("ConfidenceLevel=\"100\"", "ConfidenceLevel=\"80\"", StringComparison.Ordinal),
        Given.Accounts().Replace("<TypeRule Policy=\"P\" />", "", StringComparison.Ordinal),
    ];

    [Fact]
    public void DirtyRuns_RandomHistories_EqualCompleteRuns()
    {
        var step = Gen.Choose(0, 1_000_000);
        var history = Gen.Zip(Gen.Choose(0, Policies.Length - 1), Gen.ListOf(step, 14));
        Prop.ForAll(Arb.From(history), h => Check(h.Item1, [.. h.Item2])).Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithReplay(20261122, 3));
    }

    private static void Check(int policy, int[] steps)
    {
        using var dirty = World(policy);
        using var complete = World(policy);
        foreach (var (index, step) in steps.Index())
        {
            Apply(dirty, step, index);
            Apply(complete, step, index);
            if (step % 3 == 0 || index == steps.Length - 1)
            {
                dirty.Compute(dirty: true);
                complete.Compute(dirty: false);
                Assert.Equal(complete.Snapshot(), dirty.Snapshot());
            }
        }

        var rows = dirty.Snapshot();
        Assert.False(dirty.Compute(dirty: false).Processed);
        Assert.Equal(rows, dirty.Snapshot());
    }

    private static PolicyWorld World(int policy)
    {
        var world = new PolicyWorld(Policies[policy]);
        foreach (var department in new[] { "Sales", "North", "IT" })
        {
            world.Put("Department", department);
        }

        world.Put("Group", "sales-staff");
        world.Compute();
        return world;
    }

    /// <summary>One change, chosen by a number; the same number does the same in both worlds.</summary>
    private static void Apply(PolicyWorld world, int step, int index)
    {
        var person = $"00{step % 4}";
        var account = $"cn={step / 7 % 4}";
        var login = $"l{step / 11 % 3}";
        var department = new[] { "Sales", "North", "IT", null }[step / 13 % 4];
        switch (step / 17 % 11)
        {
            case 0 or 1:
                world.Put("Person", person, ("Login", login), ("Title", $"t{step / 19 % 2}"), ("Department", department));
                break;
            case 2:
                world.Put("Account", account, ("Login", login), ("Title", $"t{step / 19 % 2}"));
                break;
            case 3:
                world.Remove("Person", person);
                break;
            case 4:
                world.Remove("Account", account);
                break;
            case 5:
                world.Put("Department", "North", ("Parent", step % 2 == 0 ? "Sales" : "IT"));
                break;
            case 6 when world.Has(account):
                world.Link("Account", "Groups", account, "sales-staff");
                break;
            case 7 when world.Has(account):
                world.Unlink("Account", "Groups", account, "sales-staff");
                break;
            case 8:
                world.Provision();
                break;
            case 9:
                world.Synchronized("LDAP");
                break;
            case 10 when world.Has(person):
                world.Put("Person", person, ("End", step % 2 == 0 ? "20260110090000" : "20260301000000"));
                world.Later(index * 10);
                break;
            default:
                world.Later(5);
                break;
        }
    }
}
