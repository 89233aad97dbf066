namespace Muster.Servers;

/// <summary>A directory server of the tests, worked on with the usual tools.</summary>
internal interface IDirectoryServer
{
    /// <summary>Makes an organizational unit for one test and gives its name.</summary>
    string NewUnit();

    /// <summary>Applies change records.</summary>
    void Modify(string ldif, params string[] options);

    /// <summary>Waits until references have followed what was renamed and deleted.</summary>
    void Settle();

    /// <summary>What the usual tool finds, as LDIF without line folding.</summary>
    string Search(string baseDn, string filter = "(objectClass=*)", params string[] attributes);
}

/// <summary>A directory server of one test's own, which can be stopped, and put back to what it held at an earlier time.</summary>
internal interface IOwnServer : IDirectoryServer, IDisposable
{
    string Address { get; }

    string Login { get; }

    string Password { get; }

    /// <summary>Ends it as a loss of power does.</summary>
    void Kill();

    /// <summary>Starts it again, with what it held.</summary>
    void Resume();

    /// <summary>Keeps what it holds in a folder. It must be running, and is running afterwards.</summary>
    void Save(string folder);

    /// <summary>Puts it back to what was saved.</summary>
    void Rewind(string folder);
}
