namespace Muster.Servers;

/// <summary>A directory server of the tests, worked on with the usual tools.</summary>
internal interface IDirectoryServer
{
    /// <summary>Makes an organizational unit for one test and gives its name.</summary>
    string NewUnit();

    /// <summary>Applies change records.</summary>
    void Modify(string ldif, params string[] options);

    /// <summary>What the usual tool finds, as LDIF without line folding.</summary>
    string Search(string baseDn, string filter = "(objectClass=*)", params string[] attributes);
}
