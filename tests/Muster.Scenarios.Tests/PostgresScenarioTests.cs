using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.Killing;
using Muster.Scenarios.Tests.World;
using Muster.Servers;

namespace Muster.Scenarios.Tests;

/// <summary>What is to be seen of a store on a PostgreSQL server, whatever store the other tests of the run have.</summary>
public sealed class PostgresScenarioTests
{
    private static readonly string[] Jobs = ["Initial", "Complete", "Listed", "Listed"];

    [Fact]
    public async Task SameHistory_OnBothStores_HasTheSameDumpOctetByOctet()
    {
        using var file = new FleetWorld(isProvisioning: true, store: TestStore.InFolder);
        using var server = new FleetWorld(isProvisioning: true, store: _ => TestStore.CreateOnServer(PostgresServer.Shared));
        for (var step = 0; step < Jobs.Length; step++)
        {
            foreach (var world in new[] { file, server })
            {
                if (step < 3)
                {
                    KillHistory.Prepare(world, step);
                }

                await KillHistory.RunJobAsync(world, Jobs[step]);
            }

            Assert.Equal(await file.DumpAsync(), await server.DumpAsync());
        }

        Assert.Equal(await KillHistory.OrdersAsync(file), await KillHistory.OrdersAsync(server));
        Assert.Equal((await file.JobAsync("Listed")).RowsWritten, (await server.JobAsync("Listed")).RowsWritten);
        Assert.Equal(0, (await server.JobAsync("Listed")).RowsWritten);
        var verified = await server.RunAsync("repository", "verify");
        Assert.True(verified.Code == ExitCode.Done, verified.Out + verified.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.PathOf("Temp/Scratch")));
    }

    [Theory]
    [InlineData("Synchronizer.Apply.commit.before")]
    [InlineData("JobExecution.Save.commit.before")]
    public async Task ServerThatDies_FailsTheJobWithItsReason_AndTheNextRunGoesOn(string point)
    {
        using var postgres = PostgresServer.Start(isDurable: true);
        using var expected = new FleetWorld(store: TestStore.InFolder);
        using var world = new FleetWorld(store: _ => TestStore.CreateOnServer(postgres));
        foreach (var each in new[] { expected, world })
        {
            each.Sources(FleetState.Small());
        }

        await expected.JobAsync("Initial");
        using (var job = world.StartWith($"wait:{point}", "job", "run", "Initial"))
        {
            var said = job.StandardError.ReadToEndAsync();
            var printed = job.StandardOutput.ReadToEndAsync();
            await WaitAsync(world, job);
            postgres.Kill();
            await job.WaitForExitAsync();
            postgres.Resume();

            Assert.NotEqual(ExitCode.Done, job.ExitCode);
            Assert.Contains("PostgreSQL server", await said + await printed, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", await said, StringComparison.Ordinal);
        }

        await world.JobAsync("Initial");

        Assert.Equal(await expected.DumpAsync(), await world.DumpAsync());
    }

    [Fact]
    public async Task UrlOfNoServer_OrWithAWrongPassword_IsToldWithoutThePassword()
    {
        using var world = new FleetWorld(store: TestStore.InFolder);
        var port = ServerProcess.FreePort();

        var absent = await world.RunAsync("job", "history", "--database", $"postgres://muster:sesame@127.0.0.1:{port}/muster");
        var wrong = await world.RunAsync(
            "job", "history", "--database", $"postgres://{PostgresServer.Guarded}:sesame@127.0.0.1:{PostgresServer.Shared.Port}/{PostgresServer.Owner}");

        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (absent.Code, wrong.Code));
        Assert.Contains("cannot be reached", absent.Error, StringComparison.Ordinal);
        Assert.Contains("password", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", absent.Error + absent.Out + wrong.Error + wrong.Out, StringComparison.Ordinal);
    }

    /// <summary>Until the job stands at its point: something of it waits for its commit.</summary>
    private static async Task WaitAsync(FleetWorld world, System.Diagnostics.Process job)
    {
        const string Waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND now() - state_change > interval '2 seconds'";
        while (!job.HasExited && world.Store.Count(Waiting) == 0)
        {
            await Task.Delay(100);
        }

        Assert.False(job.HasExited, "The job has passed its point.");
    }
}
