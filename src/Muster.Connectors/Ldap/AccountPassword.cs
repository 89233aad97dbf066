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
    private readonly PasswordHandOver _handOver = new(request.Folders.Work, request.Connection.Identifier, request.Settings.Secrets, request.Time);

    public PasswordHandOver HandOver => _handOver;

    /// <summary>The server can be told that a password must be changed (the overlay ppolicy).</summary>
    public bool HasPasswordReset => schema.HasAttribute("pwdReset");

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
            ? new AccountPassword(this, order, policy, session, isDomain)
            : throw new DirectoryRefusal(
                $"The password of the new account would go to '{target.Server.Endpoint}' unencrypted, and the account was not made. Set EnableSSL (SSL) or StartTLS in the connection's settings.");
    }

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
internal sealed class AccountPassword(AccountPasswords passwords, Guid order, PasswordPolicy policy, LdapSession session, bool isDomain)
{
    private const string Control = "userAccountControl";
    private const string Enabled = "512";
    private const int DisabledBit = 2;
    private static readonly string[] LoginAttributes = ["sAMAccountName", "uid", "userPrincipalName", "mail"];
    private static readonly string[] NameAttributes = ["sAMAccountName", "uid", "cn", "displayName", "givenName", "sn"];

    /// <summary>What the account's flags are once it has its password; null where there are none.</summary>
    private string? _control;

    /// <summary>Makes sure that a password is written down before the entry is made, and takes from the entry what waits for the password.</summary>
    public void Prepare(DistinguishedName name, List<LdapAttribute> attributes)
    {
        if (isDomain)
        {
            var index = attributes.FindIndex(a => a.Is(Control));
            _control = index < 0 ? Enabled : Encoding.ASCII.GetString(attributes[index].Values[0]);
            var disabled = new LdapAttribute(Control, [Encoding.ASCII.GetBytes(Disabled(_control))]);
            attributes.RemoveAll(a => a.Is(Control));
            attributes.Add(disabled);
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

        var password = passwords.HandOver.Prepared(order)!;
        var done = await session.AskAsync(id => Request(id, name.ToString(), password), cancellationToken).ConfigureAwait(false);
        LdapMessages.Require(done, $"the password of '{name}'");
        var changes = ChangesAfter();
        if (changes.Count > 0)
        {
            done = await session.AskAsync(id => LdapWriter.Modify(id, name.ToString(), changes, []), cancellationToken).ConfigureAwait(false);
            LdapMessages.Require(done, $"the activation of '{name}'");
        }

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

    private static string Disabled(string control) => long.TryParse(control, CultureInfo.InvariantCulture, out var flags)
        ? (flags | DisabledBit).ToString(CultureInfo.InvariantCulture)
        : control;

    private static string? First(List<LdapAttribute> attributes, string name) =>
        attributes.Find(a => a.Is(name)) is { Values: [var value, ..] } ? Encoding.UTF8.GetString(value) : null;

    private void WriteDown(DistinguishedName name, List<LdapAttribute> attributes)
    {
        var password = passwords.Make(policy, NameAttributes.Select(a => First(attributes, a)).OfType<string>());
        passwords.HandOver.Prepare(order, name.ToString(), LoginAttributes.Select(a => First(attributes, a)).FirstOrDefault(v => v is not null), password);
    }

    private byte[] Request(int id, string name, string password)
    {
        if (isDomain)
        {
            return Replace(id, name, "unicodePwd", Encoding.Unicode.GetBytes($"\"{password}\""));
        }

        // The server's own operation, where it has it, keeps the password as it keeps those of others: hashed.
        return LdapSession.Texts(session.Root, "supportedExtension").Contains(LdapOid.PasswordModify, StringComparer.Ordinal)
            ? LdapWriter.PasswordModify(id, name, password)
            : Replace(id, name, "userPassword", Encoding.UTF8.GetBytes(password));
    }

    private static byte[] Replace(int id, string name, string attribute, byte[] value) =>
        LdapWriter.Modify(id, name, [new LdapChange(LdapChangeKind.Replace, new LdapAttribute(attribute, [value]))], []);

    private List<LdapChange> ChangesAfter()
    {
        var changes = new List<LdapChange>();
        if (policy.MustChange && isDomain)
        {
            changes.Add(Text("pwdLastSet", "0"));
        }
        else if (policy.MustChange && passwords.HasPasswordReset)
        {
            changes.Add(Text("pwdReset", "TRUE"));
        }

        if (_control is { } control)
        {
            changes.Add(Text(Control, control));
        }

        return changes;
    }

    private static LdapChange Text(string attribute, string value) =>
        new(LdapChangeKind.Replace, new LdapAttribute(attribute, [Encoding.ASCII.GetBytes(value)]));
}
