using Muster.Configuration.Model;
using Muster.Connectors.Passwords;
using Muster.Connectors.Tests.Ldap;
using Muster.Servers;
using static Muster.Connectors.Tests.Ldap.GivenOrders;

namespace Muster.Connectors.Tests.Passwords;

/// <summary>
/// Passwords of new accounts on real servers (synchronization.md 14, 15.1): the one that is handed over is the one that signs in, and it stands
/// nowhere else.
/// </summary>
public sealed class AccountPasswordTests
{
    private static string Plain => OpenLdapServer.Shared.Address;

    [Fact]
    public async Task Domain_SignsInWithTheHandedOverPassword_AndTheAccountIsEnabled()
    {
        using var given = Domain();
        var result = Assert.Single(await FulfillAsync(given, User(given, "Ada")));
        Assert.True(result.Executed, result.Message);
        var found = given.Server.Search(given.Unit, "(cn=Ada)", "userAccountControl", "pwdLastSet");
        Assert.Contains("userAccountControl: 512\n", found, StringComparison.Ordinal);
        Assert.DoesNotContain("pwdLastSet: 0\n", found, StringComparison.Ordinal);

        var password = TakeOnly(given, "Ada");
        Assert.Equal(14, password.Length);
        Assert.Equal(0, BindDomain(result.Keys["dn"], password).Code);
        Assert.Equal(49, BindDomain(result.Keys["dn"], password + "x").Code);
        AssertNowhere(given, password);
    }

    [Fact]
    public async Task Domain_OnPlainConnections_MakesNoAccount_AndSaysWhatIsMissing()
    {
        using var given = GivenServer.ActiveDirectory();
        UseUsers(given, GeneratedPasswords);
        var result = Assert.Single(await FulfillAsync(given, User(given, "Ada")));
        Assert.False(result.Executed);
        Assert.Contains("unencrypted, and the account was not made. Set EnableSSL (SSL) or StartTLS", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", given.Server.Search(given.Unit), StringComparison.Ordinal);
        Assert.Empty(HandOver(given).Waiting());
    }

    [Fact]
    public async Task Domain_MustChange_AndFlagsOfRules_AreWrittenAfterThePassword()
    {
        using var given = Domain(GeneratedPasswords with { MustChange = true });
        var disabled = User(given, "Off");
        disabled.Changes["control"] = "66050";
        var results = await FulfillAsync(given, User(given, "Ada"), disabled);
        Assert.All(results, r => Assert.True(r.Executed, r.Message));
        Assert.Contains("pwdLastSet: 0\n", given.Server.Search(given.Unit, "(cn=Ada)", "pwdLastSet"), StringComparison.Ordinal);
        Assert.Contains("userAccountControl: 66050\n", given.Server.Search(given.Unit, "(cn=Off)", "userAccountControl"), StringComparison.Ordinal);

        // 773: the password is right and must be changed.
        var waiting = HandOver(given).Waiting().Single(w => w.Name.Contains("Ada", StringComparison.Ordinal));
        Assert.Contains("data 773", BindDomain(results[0].Keys["dn"], HandOver(given).Reveal(waiting)!).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Domain_PasswordThatIsRefused_LeavesNoAccount_AndTheNextOrderMakesIt()
    {
        using var given = Domain(GeneratedPasswords with { IsGenerated = false, DefaultPassword = "tiny" });
        var refused = Assert.Single(await FulfillAsync(given, User(given, "Ada")));
        Assert.False(refused.Executed);
        Assert.Contains("The server refuses the password of 'cn=Ada,", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("taken away again", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tiny", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", given.Server.Search(given.Unit), StringComparison.Ordinal);
        Assert.Empty(HandOver(given).Waiting());

        UseUsers(given, GeneratedPasswords);
        var made = Assert.Single(await FulfillAsync(given, User(given, "Ada")));
        Assert.True(made.Executed, made.Message);
    }

    [Fact]
    public async Task RepeatedOrder_HandsOverOnePassword_AndItIsTheOneThatSignsIn()
    {
        // Ask 15: the results of the first run were lost, before and after the hand-over.
        using var given = Domain();
        var order = User(given, "Ada");
        Assert.True(Assert.Single(await FulfillAsync(given, order)).Executed);
        var second = Assert.Single(await FulfillAsync(given, order));
        Assert.True(second.Executed, second.Message);
        var password = TakeOnly(given, "Ada");
        var third = Assert.Single(await FulfillAsync(given, order));
        Assert.True(third.Executed, third.Message);
        Assert.Empty(HandOver(given).Waiting());
        Assert.Equal(0, BindDomain(third.Keys["dn"], password).Code);
    }

    [Fact]
    public async Task OrderThatWasCutOffBeforeThePassword_SetsTheOneThatWasWrittenDown()
    {
        using var given = Domain();
        var order = User(given, "Ada");

        // As a run leaves it that was killed between the addition and the password.
        HandOver(given).Prepare(order.Id, $"cn=Ada,{given.Unit}", null, "Written-down-1");
        given.Added($"CN=Ada,{given.Unit}", $"objectClass: user\nsAMAccountName: {order.Changes["login"]}\nuserAccountControl: 514\n");
        Directory.CreateDirectory(given.Given.PathOf("Work/Fulfill"));
        File.WriteAllText(given.Given.PathOf("Work/Fulfill/HRPeople.attempts.json"), $"[\"{order.Id}\"]");

        var result = Assert.Single(await FulfillAsync(given, order));

        Assert.True(result.Executed, result.Message);
        Assert.Equal("Written-down-1", TakeOnly(given, "Ada"));
        Assert.Equal(0, BindDomain(result.Keys["dn"], "Written-down-1").Code);
        Assert.Contains("userAccountControl: 512\n", given.Server.Search(given.Unit, "(cn=Ada)", "userAccountControl"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AccountWhoseMakingWasCutOff_IsFinishedByTheNextRun_WhateverItsOrders(bool isDomain)
    {
        // The directory has told meanwhile that the account is there, so that its order does not come again.
        using var given = isDomain ? Domain() : GivenServer.Ldap();
        given.Accounts.Mapping!.UsePassword(GeneratedPasswords);
        HandOver(given).Prepare(Guid.NewGuid(), $"cn=Ada,{given.Unit}", null, "Written-down-1", isDomain ? "512" : null);
        var ada = isDomain ? given.Added($"CN=Ada,{given.Unit}", $"objectClass: user\nsAMAccountName: {$"u{Guid.NewGuid():N}"[..16]}\nuserAccountControl: 514\n") : given.Person("Ada");
        var other = isDomain ? User(given, "Bob") : Add(given, "Bob", ("sn", "B"));
        Assert.True(Assert.Single(await FulfillAsync(given, other)).Executed);
        Assert.Equal(2, HandOver(given).Waiting().Count);
        Assert.Equal(0, (isDomain ? BindDomain(ada, "Written-down-1") : BindLdap(ada, "Written-down-1")).Code);

        // One that was there before is somebody else's.
        HandOver(given, TimeSpan.FromDays(1)).Prepare(Guid.NewGuid(), ada, null, "Written-down-2", isDomain ? "512" : null);
        Assert.True(Assert.Single(await FulfillAsync(given, isDomain ? User(given, "Cy") : Add(given, "Cy", ("sn", "C")))).Executed);
        Assert.Equal(0, (isDomain ? BindDomain(ada, "Written-down-1") : BindLdap(ada, "Written-down-1")).Code);
        Assert.Equal(3, HandOver(given).Waiting().Count);
        Assert.Empty(HandOver(given).Unfinished());
    }

    [Fact]
    public async Task OpenLdap_HashesThePassword_AndItSignsIn()
    {
        using var given = GivenServer.Ldap(extra: $", \"EnableSSL\": true, \"TrustedCertificates\": \"{OpenLdapServer.Shared.Authority}\"", address: OpenLdapServer.Shared.TlsAddress);
        given.Accounts.Mapping!.UsePassword(GeneratedPasswords);
        Allow(given, OpenLdapServer.Shared.Authority);
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada", ("sn", "L"))));
        Assert.True(result.Executed, result.Message);
        var password = TakeOnly(given, "Ada");
        Assert.Equal(0, BindLdap(result.Keys["dn"], password).Code);
        Assert.Equal(49, BindLdap(result.Keys["dn"], password + "x").Code);

        // {SSHA}… in base64.
        Assert.Contains("userPassword:: e1NTSEF9", given.Server.Search(given.Unit, "(cn=Ada)", "userPassword"), StringComparison.Ordinal);
        AssertNowhere(given, password);
    }

    [Fact]
    public async Task DefaultPassword_MayBeProtected()
    {
        using var given = GivenServer.Ldap();
        var secret = given.Given.Settings.Secrets.Protect("Given-to-all-1");
        given.Accounts.Mapping!.UsePassword(GeneratedPasswords with { IsGenerated = false, DefaultPassword = secret });
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada", ("sn", "L"))));
        Assert.True(result.Executed, result.Message);
        Assert.Equal(0, BindLdap(result.Keys["dn"], "Given-to-all-1").Code);
        Assert.Equal("Given-to-all-1", TakeOnly(given, "Ada"));
    }

    [Fact]
    public async Task EntryOfSomebodyElse_KeepsItsPassword_AndNothingWaits()
    {
        using var given = GivenServer.Ldap();
        given.Accounts.Mapping!.UsePassword(GeneratedPasswords);
        var ada = given.Person("Ada", more: "userPassword: her own\n");
        var result = Assert.Single(await FulfillAsync(given, Add(given, "Ada", ("sn", "Ada"))));
        Assert.Equal($"The entry '{ada}' exists already.", result.Message);
        Assert.Equal(0, BindLdap(ada, "her own").Code);
        Assert.Empty(HandOver(given).Waiting());
    }

    [Fact]
    public async Task PasswordsInOrders_AreRefused()
    {
        using var given = GivenServer.Ldap();
        var order = Add(given, "Ada", ("sn", "L")) with { Arguments = new Dictionary<string, string> { ["userPassword"] = "Canary-7" } };
        var result = Assert.Single(await FulfillAsync(given, order));
        Assert.False(result.Executed);
        Assert.Contains("PasswordResetSetting", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Canary-7", result.Message, StringComparison.Ordinal);
    }

    private static GivenServer Domain(PasswordPolicy? policy = null)
    {
        var samba = SambaServer.Shared;
        var given = GivenServer.ActiveDirectory($", \"EnableSSL\": true, \"TrustedCertificates\": \"{samba.Authority}\"");
        Allow(given, samba.Authority);
        UseUsers(given, policy ?? GeneratedPasswords);
        return given;
    }

    /// <summary>The certificate stands outside the test's folder.</summary>
    private static void Allow(GivenServer given, string authority)
    {
        var copy = given.Given.Write("authority.pem", File.ReadAllText(authority));
        var settings = given.Given.PathOf("appsettings.agent.json");
        given.Given.WithSettingsFile(File.ReadAllText(settings).Replace(authority, copy, StringComparison.Ordinal));
    }

    private static void UseUsers(GivenServer given, PasswordPolicy policy)
    {
        given.Accounts.Mapping!.UseClasses("user");
        given.Accounts.Mapping!.UsePassword(policy);
        if (given.User.FindProperty("login") is null)
        {
            given.AddProperty("login", "sAMAccountName");
            given.AddProperty("control", "userAccountControl");
        }
    }

    private static PasswordHandOver HandOver(GivenServer given, TimeSpan later = default) =>
        new(given.Given.Folders.Work, given.Given.Connection.Identifier, given.Given.Settings.Secrets, new Clock(later));

    private static string TakeOnly(GivenServer given, string cn)
    {
        var passwords = HandOver(given);
        var waiting = Assert.Single(passwords.Waiting());
        Assert.StartsWith($"cn={cn},", waiting.Name, StringComparison.OrdinalIgnoreCase);
        var password = passwords.Reveal(waiting)!;
        passwords.Forget(waiting);
        Assert.Null(passwords.Reveal(waiting));
        return password;
    }

    private static void AssertNowhere(GivenServer given, string password)
    {
        Assert.DoesNotContain(given.Given.Reporter.Messages.Concat(given.Given.Reporter.Warnings), m => m.Contains(password, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(given.Given.Root, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(password, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    private static (int Code, string Output, string Error) BindDomain(string dn, string password) => Bind($"ldap://{SambaServer.Shared.Address}", dn, password);

    private static (int Code, string Output, string Error) BindLdap(string dn, string password) => Bind($"ldap://{Plain}", dn, password);

    private static (int Code, string Output, string Error) Bind(string url, string dn, string password) =>
        ServerProcess.TryRun("/usr/bin/ldapsearch", null, "-x", "-H", url, "-D", dn, "-w", password, "-s", "base", "-b", "", "1.1");

    private sealed class Clock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
    }
}
