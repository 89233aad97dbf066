using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>The tasks of a first load that look at all that was found: killed, they are run again.</summary>
[Collection(KillCollection.Name)]
public sealed class BeginningKillTests(KillFixture fixture)
{
    private static readonly string[] Run = ["job", "run", "Beginning"];

    internal static IReadOnlyList<string> Points { get; } =
    [
        "ResetValidFromTaskHandler.RunAsync.commit.before", "ResetValidFromTaskHandler.RunAsync.commit.after",
        "PreExistingRights.Save.commit.before", "PreExistingRights.Save.commit.after",
    ];

    [Fact]
    public async Task Beginning_Killed_IsRunAgain()
    {
        var driver = new KillDriver(fixture.History);
        using var unharmed = new FleetWorld(fixture.History.Steps[2].Before);
        unharmed.WriteFile(
            "Conf/Beginning.xml",
            """
            <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
              <Job Identifier="Beginning" DisplayName_L1="Beginning" Agent="Bridge">
                <ResetValidFromTask Identifier="Beginning_Reset" DisplayName_L1="Reset" Level="0" />
                <SavePreExistingAccessRightsTask Identifier="Beginning_Save" DisplayName_L1="Save" Level="1" />
              </Job>
            </ConfigurationFile>
            """);
        using var harmed = new FleetWorld(unharmed);
        foreach (var point in Points)
        {
            Assert.True(await driver.KillAsync(harmed, "", point, Run), $"{point}\n{string.Join('\n', driver.Problems)}");
        }

        foreach (var world in new[] { unharmed, harmed })
        {
            var run = await world.RunAsync(Run);
            Assert.True(run.Code == ExitCode.Done, run.Error);
        }

        Assert.Equal(await unharmed.DumpAsync(), await harmed.DumpAsync());
    }
}
