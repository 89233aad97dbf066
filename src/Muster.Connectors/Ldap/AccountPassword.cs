using System.Globalization;
using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;
using Muster.Connectors.Passwords;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Ldap;

/// <summary>Where the passwords of a connection's new accounts come from, and where they are kept until they are handed over.</summary>
internal sealed class AccountPasswords(FulfillRequest request, LdapSchema schema)
{
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);
    private static readonly string[] DomainState = ["whenCreated", "pwdLastSet", PasswordSetting.Control];
    private static readonly string[] OtherState = ["createTimestamp", "userPassword"];
    private readonly PasswordHandOver _handOver = new(request.Folders.Work, request.Connection.Identifier, request.Settings.Secrets, request.Time);

    public PasswordHandOver HandOver => _handOver;

    /// <summary>The server can be told that a password must be changed (the overlay ppolicy).</summary>
    private bool HasPasswordReset => schema.HasAttribute("pwdReset");

    /// <summary>
    /// The password of an order's new entry; null if its resource type has none. Throws <see cref="DirectoryRefusal"/> if it would go over the
    /// network where others may read it.
    /// </summary>
    public AccountPassword? Of(Guid order, EntryPlan plan, LdapSession session, LdapTarget target)
    {
        if (plan.Layout.Password is not { } policy)
        {
            return null;
        }

        var isDomain = target.Key == EntryKey.ObjectGuid;
        return session.Connection.IsEncrypted || (!isDomain && target.Server.IsLocal)
            ? new AccountPassword(this, order, policy, new PasswordSetting(session, isDomain, HasPasswordReset))
            : throw new DirectoryRefusal(
                $"The password of the new account would go to '{target.Server.Endpoint}' unencrypted, and the account was not made. Set EnableSSL (SSL) or StartTLS in the connection's settings.");
    }

    /// <summary>
    /// Finishes an account whose making was cut off, and whose order does not come again, because the directory has told meanwhile that the account
    /// is there. An entry that was there before the password was written down is somebody else's.
    /// </summary>
    public async Task FinishAsync(UnfinishedAccount account, LdapSession session, LdapTarget target, CancellationToken cancellationToken)
    {
        var isDomain = target.Key == EntryKey.ObjectGuid;
        if (!session.Connection.IsEncrypted && (isDomain || !target.Server.IsLocal))
        {
            return;
        }

        var entry = await session.FindAsync(account.Name, isDomain ? DomainState : OtherState, cancellationToken).ConfigureAwait(false);
        if (entry is null)
        {
            // Its order will make it.
            return;
        }

        if (CreatedAt(entry) is not { } created || created < account.At - ClockDifference)
        {
            _handOver.Abandon(account.Order);
        }
        else if (!HasPassword(entry, isDomain))
        {
            var setting = new PasswordSetting(session, isDomain, HasPasswordReset);
            await setting.SetAsync(account.Name, _handOver.Prepared(account.Order)!, account.Flags, account.MustChange, cancellationToken).ConfigureAwait(false);
            _handOver.MarkSet(account.Order);
        }
        else
        {
            // All was done but this.
            _handOver.MarkSet(account.Order);
        }
    }

    private static DateTimeOffset? CreatedAt(LdapEntry entry) =>
        LdapSession.Texts(entry, "whenCreated").Concat(LdapSession.Texts(entry, "createTimestamp")).FirstOrDefault() is { Length: >= 14 } text
        && DateTimeOffset.TryParseExact(text[..14], "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
            ? created
            : null;

    /// <summary>In a domain, an account that is still disabled has not got through: whatever it has, nobody was told.</summary>
    private static bool HasPassword(LdapEntry entry, bool isDomain) => isDomain
        ? LdapSession.Texts(entry, "pwdLastSet").Any(t => t != "0")
            && LdapSession.Texts(entry, PasswordSetting.Control).All(t => !long.TryParse(t, CultureInfo.InvariantCulture, out var flags) || (flags & PasswordSetting.DisabledBit) == 0)
        : entry.Find("userPassword") is not null;

    public string Make(PasswordPolicy policy, IEnumerable<string> names)
    {
        if (policy.IsGenerated)
        {
            return PasswordGenerator.Generate(policy, names);
        }

        var password = policy.DefaultPassword!;
        password = SettingsSecrets.IsProtected(password) ? request.Settings.Secrets.Reveal(password) : password;
        return PasswordGenerator.MeetsChecks(policy, password)
            ? password
            : throw new TaskFailedException($"{policy.Location}: The DefaultPassword of '{policy.Identifier}' does not meet its StrengthCheck. Correct one of them.");
    }
}

/// <summary>
/// The password of one new entry (synchronization.md 14, 15.1): written down, then set once the entry is there, which is disabled until it has it.
/// </summary>
internal sealed class AccountPassword(AccountPasswords passwords, Guid order, PasswordPolicy policy, PasswordSetting setting)
{
    private const string Enabled = "512";
    private static readonly string[] LoginAttributes = ["sAMAccountName", "uid", "userPrincipalName", "mail"];
    private static readonly string[] NameAttributes = ["sAMAccountName", "uid", "cn", "displayName", "givenName", "sn"];

    /// <summary>What the account's flags are once it has its password; null where there are none.</summary>
    private string? _flags;

    /// <summary>Makes sure that a password is written down before the entry is made, and takes from the entry what waits for the password.</summary>
    public void Prepare(DistinguishedName name, List<LdapAttribute> attributes)
    {
        if (setting.IsDomain)
        {
            _flags = First(attributes, PasswordSetting.Control) ?? Enabled;
            attributes.RemoveAll(a => a.Is(PasswordSetting.Control));
            attributes.Add(new LdapAttribute(PasswordSetting.Control, [Encoding.ASCII.GetBytes(Disabled(_flags))]));
        }

        if (passwords.HandOver.Prepared(order) is null && !passwords.HandOver.IsSet(order))
        {
            WriteDown(name, attributes);
        }
    }

    /// <summary>Gives the entry its password, and what waited for it.</summary>
    /// <param name="isNew">The entry has just been made: whatever an earlier one had, this one has no password.</param>
    public async Task SetAsync(DistinguishedName name, List<LdapAttribute> attributes, bool isNew, CancellationToken cancellationToken)
    {
        if (!isNew && passwords.HandOver.IsSet(order))
        {
            return;
        }

        if (passwords.HandOver.Prepared(order) is null)
        {
            WriteDown(name, attributes);
        }

        await setting.SetAsync(name.ToString(), passwords.HandOver.Prepared(order)!, _flags, policy.MustChange, cancellationToken).ConfigureAwait(false);
        passwords.HandOver.MarkSet(order);
    }

    /// <summary>The account does not come into being: its password is of no use, unless it was set before.</summary>
    public void Abandon()
    {
        if (!passwords.HandOver.IsSet(order))
        {
            AbandonInAnyCase();
        }
    }

    /// <summary>The account is gone.</summary>
    public void AbandonInAnyCase() => passwords.HandOver.Abandon(order);

    private static string Disabled(string flags) => long.TryParse(flags, CultureInfo.InvariantCulture, out var number)
        ? (number | PasswordSetting.DisabledBit).ToString(CultureInfo.InvariantCulture)
        : flags;

    private static string? First(List<LdapAttribute> attributes, string name) =>
        attributes.Find(a => a.Is(name)) is { Values: [var value, ..] } ? Encoding.UTF8.GetString(value) : null;

    private void WriteDown(DistinguishedName name, List<LdapAttribute> attributes)
    {
        var password = passwords.Make(policy, NameAttributes.Select(a => First(attributes, a)).OfType<string>());
        var login = LoginAttributes.Select(a => First(attributes, a)).FirstOrDefault(v => v is not null);
        passwords.HandOver.Prepare(order, name.ToString(), login, password, _flags, policy.MustChange);
    }
}
