using System.Runtime.InteropServices;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Tests.Ldap;
using Muster.Servers;
using static Muster.Connectors.Tests.Ldap.GivenOrders;

namespace Muster.Connectors.Tests.ActiveDirectory;

/// <summary>Sign-in by Negotiate (Kerberos) at a real domain controller (synchronization.md 7.1, AuthType).</summary>
public sealed partial class NegotiateTests
{
    static NegotiateTests()
    {
        // The Kerberos library reads the environment of the process, which .NET does not write to.
        _ = SetVariable("KRB5_CONFIG", SambaServer.Shared.KerberosConfiguration, 1);
        var keys = SambaServer.Shared.KerberosConfiguration + ".keytab";
        SambaServer.Shared.WriteKey(keys);
        _ = SetVariable("KRB5_CLIENT_KTNAME", keys, 1);
        _ = SetVariable("KRB5CCNAME", "MEMORY:muster", 1);
    }

    [Theory]
    [InlineData("Administrator@MUSTER.TEST")]
    [InlineData("MUSTER\\\\Administrator")]
    public async Task OnPlainConnections_EverythingIsEncrypted_AndExportsRead(string login)
    {
        using var given = Given(login);
        var ada = given.Added($"CN=Ada,{given.Unit}", "objectClass: contact\n");
        given.Added($"CN=Big,{given.Unit}", $"objectClass: user\nsAMAccountName: big{given.Unit[3..given.Unit.IndexOf(',', StringComparison.Ordinal)]}\nsn: big\ndescription: {new string('x', 900)}\njpegPhoto:: {Convert.ToBase64String(new byte[90_000])}\n");
        await given.ExportAsync(complete: true);
        Assert.Contains(given.Rows(), r => r["dn"] == ada);
        Assert.Contains(given.Rows(), r => r["sn"] == "big");
        Assert.DoesNotContain(given.Given.Reporter.Warnings, w => w.Contains("unencrypted", StringComparison.Ordinal));
        given.Added($"CN=Bob,{given.Unit}", "objectClass: contact\n");
        await given.ExportAsync();
        Assert.Equal("CN=Bob", given.Rows().Single()["dn"].Split(',')[0]);
    }

    [Fact]
    public async Task OnPlainConnections_PasswordsMayBeSet()
    {
        using var given = Given("Administrator@MUSTER.TEST");
        given.Accounts.Mapping!.UseClasses("user");
        given.Accounts.Mapping!.UsePassword(GeneratedPasswords);
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada")));
        Assert.True(result.Executed, result.Message);
    }

    [Fact]
    public async Task OverTls_ItIsBoundToTheConnection()
    {
        using var given = Given("Administrator@MUSTER.TEST", ", \"EnableSSL\": true, \"TrustedCertificates\": \"authority.pem\"");
        given.Given.Write("authority.pem", File.ReadAllText(SambaServer.Shared.Authority));
        given.Added($"CN=Ada,{given.Unit}", "objectClass: contact\n");
        Assert.All(await CheckAsync(given), f => Assert.True(f.IsGood, f.Text));
    }

    [Fact]
    public async Task WithoutLogin_TheProcessSignsInByItsKeyFile()
    {
        using var given = Given("Nobody");
        given.Given.WithSettings($"\"Servers\": [ {{ \"Server\": \"{SambaServer.Shared.Address}\", \"BaseDN\": \"{given.Unit}\" }} ], \"Filter\": \"(objectClass=*)\"");
        given.Added($"CN=Ada,{given.Unit}", "objectClass: contact\n");
        var findings = await CheckAsync(given);
        Assert.All(findings, f => Assert.True(f.IsGood, f.Text));
        Assert.Contains("encrypted by the sign-in, and 'the account of this process' is signed in", findings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPassword_IsSaid_WithoutIt()
    {
        using var given = Given("Administrator@MUSTER.TEST", password: "Canary-5");
        var refused = Assert.Single(await CheckAsync(given));
        Assert.False(refused.IsGood);
        Assert.Contains("'Administrator@MUSTER.TEST'", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary-5", refused.Text, StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => given.ExportAsync(complete: true));
        Assert.DoesNotContain("Canary-5", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutEncryption_IfTheSettingsSaySo_ButNoPasswordIsSet()
    {
        using var given = Given("Administrator@MUSTER.TEST", ", \"NoSigning\": true");
        given.Added($"CN=Ada,{given.Unit}", "objectClass: contact\n");
        Assert.All(await CheckAsync(given), f => Assert.True(f.IsGood, f.Text));
        given.Accounts.Mapping!.UsePassword(new PasswordPolicy { Identifier = "P", Mode = PasswordResetMode.OneWay, IsGenerated = true, Length = 14 });
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Bob")));
        Assert.Contains("unencrypted", result.Message, StringComparison.Ordinal);
    }

    private static GivenServer Given(string login, string extra = "", string password = SambaServer.Password)
    {
        var given = GivenServer.ActiveDirectory();
        given.Given.WithSettings(
            $$"""
            "Servers": [ { "Server": "{{SambaServer.Shared.Address}}", "BaseDN": "{{given.Unit}}" } ], "Filter": "(objectClass=*)",
            "AuthType": "Negotiate", "Login": "{{login}}", "Password": "{{password}}", "RetryDelay": 1{{extra}}
            """);
        return given;
    }

    private static Task<IReadOnlyList<ConnectionFinding>> CheckAsync(GivenServer given) =>
        new ConnectionExaminer(given.Given.Settings, ConnectorRegistry.Default).CheckAsync(given.Given.Connection, CancellationToken.None);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
