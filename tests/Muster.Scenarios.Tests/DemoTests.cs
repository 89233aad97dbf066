using Muster.Cli;
using Muster.Cli.Hosting;

namespace Muster.Scenarios.Tests;

/// <summary>The demo in a store that was named; in one of its own: <see cref="ExplainTests"/>.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-demo-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task NamedStore_IsUsed_AndNoneThatIsInUse()
    {
        var store = $"sqlite:{Path.Combine(_folder, "named.db")}";
        var first = await RunAsync("demo", "--people", "20", "--folder", Path.Combine(_folder, "first"), "--database", store);
        Assert.True(first.Code == ExitCode.Done, first.Error);
        Assert.False(File.Exists(Path.Combine(_folder, "first", "Work", "muster.db")));
        Assert.Contains("Directory_User", (await RunAsync("repository", "dump", "--database", store)).Out, StringComparison.Ordinal);

        var second = await RunAsync("demo", "--people", "20", "--folder", Path.Combine(_folder, "second"), "--database", store);

        Assert.Equal(ExitCode.Wrong, second.Code);
        Assert.Contains("is in use already", second.Error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = new Dictionary<string, string>(), IsInputRedirected = true };
        var code = await MusterCommandLine.RunAsync(command, terminal, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
