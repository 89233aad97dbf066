using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 15: provisioning may be repeated.</summary>
public sealed class Ask15RepeatTests
{
    [Fact]
    public async Task KilledAfterTheDirectoryAcceptedAndBeforeItWasRecorded_TheNextRunMakesNoSecondAccount()
    {
        using var world = await AskWorld.LoadedAsync();
        world.Change(s => s.Row("sailors", "B050", "New", "Comer", "", "", "H01", "").Without("sailors", "B002").With("sailors", "B001", "last", "Renamed"));
        using (var process = world.Fleet.StartWith("kill:ReportResults.call.before", "job", "run", "Compared"))
        {
            await process.WaitForExitAsync();
            Assert.NotEqual(ExitCode.Done, process.ExitCode);
        }

        Assert.Contains("uid=comerb050,", world.Yard, StringComparison.Ordinal);
        var entries = Entries(world.Yard);

        world.NoChange();
        await world.RunAsync();
        await world.RunAsync();

        Assert.Equal(entries, Entries(world.Yard));
        Assert.Single(Entries(world.Yard), e => e.Contains("dn: uid=comerb050,", StringComparison.Ordinal));
        var orders = (await world.JsonAsync("order", "list")).AsArray();
        Assert.DoesNotContain(orders, o => (string)o!["state"]! is "Errored" or "Taken" or "Waiting");
        await world.AssertVerifiedAsync();
    }

    [Fact]
    public async Task AccountThatExistsAlready_IsTakenOver_AndOneThatIsGoneAlready_IsNoError()
    {
        using var world = await AskWorld.LoadedAsync();

        // Somebody was faster than the order: the new account is there, the one to be deleted is not.
        var gone = Entries(world.Yard).Single(e => e.Contains("dn: uid=last2b002,", StringComparison.Ordinal));
        var without = world.Yard.Replace(gone + "\n", "", StringComparison.Ordinal)
            .Replace("member: uid=last2b002,ou=crew,dc=line,dc=example\n", "", StringComparison.Ordinal);
        world.Fleet.WriteFile("Sources/yard.ldif", without + """

            dn: uid=comerb050,ou=crew,dc=line,dc=example
            objectClass: top
            objectClass: person
            objectClass: organizationalPerson
            objectClass: inetOrgPerson
            uid: comerb050
            cn: New Comer
            sn: Comer

            """.Replace("            ", "", StringComparison.Ordinal));
        world.Change(s => s.Row("sailors", "B050", "New", "Comer", "", "", "H01", "").Without("sailors", "B002"));

        await world.RunAsync();
        world.NoChange();
        await world.RunAsync();

        Assert.Single(Entries(world.Yard), e => e.Contains("dn: uid=comerb050,", StringComparison.Ordinal));
        Assert.DoesNotContain("b002", world.Yard, StringComparison.Ordinal);
        Assert.DoesNotContain((await world.JsonAsync("order", "list")).AsArray(), o => (string)o!["state"]! == "Errored");
    }

    /// <summary>The records of a directory file, in an order of their own.</summary>
    private static List<string> Entries(string ldif) =>
        [.. ldif.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(e => e.Contains("dn:", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
