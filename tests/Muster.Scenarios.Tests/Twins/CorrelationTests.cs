using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests.Twins;

/// <summary>
/// The matrix of correlation (rolemodel.md 5.6), once for each resource type: N has one target and M many, the second letter S suggests all.
/// Each first person has accounts A (120), B (100) and C (80), each second one K (80) and L (60), each third one an account that no rule gives.
/// </summary>
public sealed class CorrelationTests
{
    private const string Correlated = "PolicyApproved Verified";
    private const string Suggested = "PolicyApproved Blocked";

    [Fact]
    public async Task Matrix_ThenDecisions_ThenNewCandidates()
    {
        using var world = new TwinWorld("Correlation");
        await world.LoadAsync("2026-02-01T08:00:00Z");

        Assert.Equal([$"NNA {Correlated}"], world.Accounts("NN1"));
        Assert.Equal([$"NNK {Suggested}"], world.Accounts("NN2"));
        Assert.Equal([$"NSA {Suggested}", $"NSB {Suggested}", $"NSC {Suggested}"], world.Accounts("NS1"));
        Assert.Equal([$"NSK {Suggested}", $"NSL {Suggested}"], world.Accounts("NS2"));
        Assert.Equal([$"MNA {Correlated}", $"MNB {Correlated}"], world.Accounts("MN1"));
        Assert.Equal([$"MNK {Suggested}", $"MNL {Suggested}"], world.Accounts("MN2"));
        Assert.Equal([$"MSA {Correlated}", $"MSB {Correlated}", $"MSC {Suggested}"], world.Accounts("MS1"));
        Assert.All(["NN", "NS", "MN", "MS"], t => Assert.Equal([$"{t}U Found Blocked"], world.Accounts(t + "3")));
        Assert.Equal(["- PolicyApproved None"], world.Accounts("e"));

        await world.ReviewAsync("NS1", "NSB", ExitCode.Done, "order", "review", "approve", "ID");
        await world.ReviewAsync("NS1", "NSA", ExitCode.Failed, "order", "review", "approve", "ID");
        await world.ReviewAsync("NN2", "NNK", ExitCode.Done, "order", "review", "decline", "ID", "--comment", "not mine");
        await world.ReviewAsync("NN3", "NNU", ExitCode.Done, "assignment", "confirm", "ID", "--comment", "kept");
        await world.ReviewAsync("MN3", "MNU", ExitCode.Done, "assignment", "confirm", "ID", "--remove");
        await world.StepAsync("2026-02-02T08:00:00Z");

        Assert.Equal([$"NSA {Suggested}", $"NSB {Correlated}"], world.Accounts("NS1"));
        Assert.Equal(["NNK Declined None", $"NNL {Suggested}"], world.Accounts("NN2"));
        Assert.Equal(["NNU Approved Verified"], world.Accounts("NN3"));
        Assert.Equal(["MNU Cancellation Executed"], world.Accounts("MN3"));

        // Another account of the mail of one who may have many.
        world.Edit(
            "Sources/dir.ldif",
            "dn: uid=nomail,",
            "dn: uid=MND,ou=people,dc=ex\nobjectClass: top\nobjectClass: inetOrgPerson\nentryUUID: 00000000-0000-0000-0000-000000000130\nuid: MND\ncn: MND\nsn: d\ntitle: MN\nmail: MN1@x\n\ndn: uid=nomail,");
        await world.StepAsync("2026-02-03T08:00:00Z");

        Assert.Equal([$"MNA {Correlated}", $"MNB {Correlated}", $"MND {Correlated}"], world.Accounts("MN1"));
        Assert.Empty(world.Accounts("MN3"));
        await world.AssertSettledAsync();
    }
}
