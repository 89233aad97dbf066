using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Configuration.Work;
using Muster.Connectors.Passwords;
using Muster.Connectors.Settings;

namespace Muster.Cli.Tests;

public sealed class PasswordCommandTests : IDisposable
{
    private readonly CliWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Passwords_AreToldOnce_AndListedWithoutThem()
    {
        var secrets = new SettingsSecrets(_world.Folder, new Dictionary<string, string>());
        var passwords = new PasswordHandOver(new WorkFolder(_world.PathOf("Work")), "People", secrets, TimeProvider.System);
        foreach (var (login, password) in new[] { ("ada", "Canary-1"), ("bob", "Canary-2") })
        {
            var order = Guid.NewGuid();
            passwords.Prepare(order, $"cn={login},dc=x", login, password);
            passwords.MarkSet(order);
        }

        passwords.Prepare(Guid.NewGuid(), "cn=in the making,dc=x", null, "Canary-3");
        var listed = await _world.RunAsync("connector", "passwords", "People");
        Assert.Contains("cn=ada,dc=x", listed.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary", listed.Out + listed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("making", listed.Out, StringComparison.Ordinal);

        var one = await _world.RunAsync("connector", "passwords", "People", "--hand-over", "--account", "BOB");
        Assert.Contains("Canary-2", one.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary-1", one.Out, StringComparison.Ordinal);

        var rest = JsonNode.Parse((await _world.RunAsync("connector", "passwords", "People", "--hand-over", "--json")).Out)!.AsArray();
        Assert.Equal("Canary-1", Assert.Single(rest)!["password"]!.GetValue<string>());
        Assert.Equal("[]", (await _world.RunAsync("connector", "passwords", "People", "--json")).Out.Trim());
        Assert.Equal(ExitCode.Wrong, (await _world.RunAsync("connector", "passwords", "People", "--hand-over", "--account", "bob")).Code);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_world.Folder, "*", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains("Canary", StringComparison.Ordinal));
    }
}
