using System.Text;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>How a server is given the password of an account (synchronization.md 15.1): a domain, or any other.</summary>
/// <param name="hasPasswordReset">The server can be told that a password must be changed (the overlay ppolicy).</param>
internal sealed class PasswordSetting(LdapSession session, bool isDomain, bool hasPasswordReset)
{
    /// <summary>The flags of a domain's account.</summary>
    public const string Control = "userAccountControl";

    /// <summary>In <see cref="Control"/>.</summary>
    public const int DisabledBit = 2;

    public bool IsDomain => isDomain;

    /// <summary>Sets the password, and then what waited for it.</summary>
    /// <param name="flags">Of the account, once it has the password; null where there are none.</param>
    public async Task SetAsync(string name, string password, string? flags, bool mustChange, CancellationToken cancellationToken)
    {
        var done = await session.AskAsync(id => Request(id, name, password), cancellationToken).ConfigureAwait(false);
        LdapMessages.Require(done, $"the password of '{name}'");
        var changes = ChangesAfter(flags, mustChange);
        if (changes.Count > 0)
        {
            done = await session.AskAsync(id => LdapWriter.Modify(id, name, changes, []), cancellationToken).ConfigureAwait(false);
            LdapMessages.Require(done, $"the activation of '{name}'");
        }
    }

    private static byte[] Replace(int id, string name, string attribute, byte[] value) =>
        LdapWriter.Modify(id, name, [new LdapChange(LdapChangeKind.Replace, new LdapAttribute(attribute, [value]))], []);

    private static LdapChange Text(string attribute, string value) =>
        new(LdapChangeKind.Replace, new LdapAttribute(attribute, [Encoding.ASCII.GetBytes(value)]));

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

    private List<LdapChange> ChangesAfter(string? flags, bool mustChange)
    {
        var changes = new List<LdapChange>();
        if (mustChange && isDomain)
        {
            changes.Add(Text("pwdLastSet", "0"));
        }
        else if (mustChange && hasPasswordReset)
        {
            changes.Add(Text("pwdReset", "TRUE"));
        }

        if (isDomain && flags is not null)
        {
            changes.Add(Text(Control, flags));
        }

        return changes;
    }
}
