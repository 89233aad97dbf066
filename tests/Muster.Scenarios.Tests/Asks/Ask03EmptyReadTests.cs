using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 3: an empty or failed read is not the truth.</summary>
public sealed class Ask03EmptyReadTests
{
    public static TheoryData<string, Func<string, string?>> Readings => new()
    {
        { "only its header", text => text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)] },
        { "nothing at all", _ => "" },
        { "absent", _ => null },
        { "cut inside a quoted value", text => text[..(text.IndexOf("Zoë", text.Length * 6 / 10, StringComparison.Ordinal) + 2)] },
        { "cut inside a row", text => text[..(text.IndexOf(",2020-01", text.Length * 6 / 10, StringComparison.Ordinal) + 3)] },
    };

    [Theory]
    [MemberData(nameof(Readings), DisableDiscoveryEnumeration = true)]
    public async Task AnExtractThatIs(string what, Func<string, string?> cut)
    {
        using var world = await AskWorld.LoadedAsync();
        var dump = await world.Fleet.DumpAsync();
        var yard = world.Yard;
        var path = world.Fleet.PathOf("Sources/sailors.csv");
        if (cut(await File.ReadAllTextAsync(path)) is { } text)
        {
            await File.WriteAllTextAsync(path, text);
        }
        else
        {
            File.Delete(path);
        }

        foreach (var job in new[] { "Compared", "Complete" })
        {
            var result = await world.Fleet.RunAsync("job", "run", job, "--json");

            Assert.True(result.Code is ExitCode.Failed or ExitCode.Blocked, $"{what}: {job} gave {result.Code}\n{result.Out}");
            Assert.Equal(dump, await world.Fleet.DumpAsync());
            Assert.Equal(yard, world.Yard);
        }
    }
}
