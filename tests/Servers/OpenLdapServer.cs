using System.Globalization;
using System.Net;

namespace Muster.Servers;

/// <summary>
/// An OpenLDAP server (slapd) in a temporary folder on a free port of the loopback address, with <c>mdb</c>, <c>syncprov</c>, <c>memberof</c> and
/// <c>refint</c>. Tests work below entries of their own.
/// </summary>
internal sealed class OpenLdapServer : IOwnServer
{
    public const string Suffix = "dc=muster,dc=test";
    public const string Login = "cn=admin," + Suffix;
    public const string Password = "only-a-test";
    private static readonly Lazy<OpenLdapServer> SharedServer = new(() => Start());
    private static int _lastUnit;
    private static int _lastSettled;
    private readonly string _folder;
    private readonly string _configuration;
    private ServerProcess? _process;

    private OpenLdapServer(string folder, string configuration)
    {
        _folder = folder;
        _configuration = configuration;
        Port = ServerProcess.FreePort();
        TlsPort = ServerProcess.FreePort();
    }

    private static readonly Lazy<OpenLdapServer> SharedServerWithLog = new(() => Start("syncprov-sessionlog 10000"));

    /// <summary>As <see cref="Shared"/>, and it names what is gone instead of what is there (syncprov-sessionlog).</summary>
    public static OpenLdapServer SharedWithLog => SharedServerWithLog.Value;

    /// <summary>One server for all tests of a run, started by the first that asks. It ends with the run.</summary>
    public static OpenLdapServer Shared => SharedServer.Value;

    string IOwnServer.Login => Login;

    string IOwnServer.Password => Password;

    public int Port { get; }

    public int TlsPort { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string TlsAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{TlsPort}");

    public string Authority => Path.Combine(_folder, "authority.pem");

    /// <param name="hasReferentialIntegrity">Whether references follow renamed and deleted entries (<c>refint</c>).</param>
    public static OpenLdapServer Start(string overlays = "", string access = "", bool hasReferentialIntegrity = true)
    {
        const string Packages = "slapd ldap-utils";
        ServerProcess.Require("slapd", Packages);
        ServerProcess.Require("ldapmodify", Packages);
        var folder = Directory.CreateTempSubdirectory("muster-slapd-").FullName;
        ServerProcess.RemoveAtEnd(folder);
        Directory.CreateDirectory(Path.Combine(folder, "db"));
        ServerCertificates.Write(folder, "localhost", IPAddress.Loopback);
        var configuration = Path.Combine(folder, "slapd.conf");
        File.WriteAllText(configuration, ConfigurationOf(folder, overlays, access, hasReferentialIntegrity));
        var server = new OpenLdapServer(folder, configuration);
        server.Resume();
        server.Modify($"dn: {Suffix}\nchangetype: add\nobjectClass: dcObject\nobjectClass: organization\ndc: muster\no: Muster\n");
        return server;
    }

    /// <summary>Starts the server again after <see cref="Stop"/>, with what it held.</summary>
    public void Resume()
    {
        var urls = string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{Port} ldaps://127.0.0.1:{TlsPort}");
        _process = ServerProcess.Start(Path.Combine(_folder, "log"), ServerProcess.Require("slapd", "slapd"), "-d", "0", "-f", _configuration, "-h", urls);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (ServerProcess.TryRun("/usr/bin/ldapsearch", null, "-x", "-H", $"ldap://{Address}", "-s", "base", "-b", "", "1.1").Code == 0)
            {
                return;
            }

            Thread.Sleep(25);
        }

        throw new InvalidOperationException($"slapd does not answer:\n{File.ReadAllText(Path.Combine(_folder, "log"))}");
    }

    public void Stop()
    {
        _process?.Dispose();
        _process = null;
    }

    public void Kill()
    {
        ServerProcess.KillByFile(Path.Combine(_folder, "pid"));
        Stop();
    }

    public void Save(string folder)
    {
        Stop();
        ServerProcess.Run("/bin/cp", null, "-a", Path.Combine(_folder, "db"), folder);
        Resume();
    }

    public void Rewind(string folder)
    {
        Stop();
        Directory.Delete(Path.Combine(_folder, "db"), recursive: true);
        ServerProcess.Run("/bin/cp", null, "-a", folder, Path.Combine(_folder, "db"));
        Resume();
    }

    /// <summary>Makes an organizational unit for one test and gives its name.</summary>
    public string NewUnit()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"ou=T{Interlocked.Increment(ref _lastUnit)},{Suffix}");
        Modify($"dn: {name}\nchangetype: add\nobjectClass: organizationalUnit\n");
        return name;
    }

    /// <summary>Applies change records.</summary>
    public void Modify(string ldif, params string[] options) =>
        ServerProcess.Run("/usr/bin/ldapmodify", ldif, ["-x", "-H", $"ldap://{Address}", "-D", Login, "-w", Password, .. options]);

    /// <summary>What the server's own tool finds, as LDIF without line folding.</summary>
    public string Search(string baseDn, string filter = "(objectClass=*)", params string[] attributes) =>
        ServerProcess.Run(
            "/usr/bin/ldapsearch", null,
            ["-x", "-LLL", "-o", "ldif-wrap=no", "-H", $"ldap://{Address}", "-D", Login, "-w", Password, "-b", baseDn, filter, .. attributes]);

    /// <summary>
    /// Waits for the overlay <c>refint</c>, which changes references in the background, one renamed or deleted entry after the other: a reference of its own is
    /// the last one.
    /// </summary>
    public void Settle()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"settle{Interlocked.Increment(ref _lastSettled)}");
        var (one, other) = ($"cn={name},{Suffix}", $"cn={name}-other,{Suffix}");
        Modify($"dn: {one}\nchangetype: add\nobjectClass: person\nsn: x\n\ndn: {other}\nchangetype: add\nobjectClass: person\nsn: x\nseeAlso: {one}\n\n"
            + $"dn: {one}\nchangetype: modrdn\nnewrdn: cn={name}-now\ndeleteoldrdn: 1\n");
        for (var attempt = 0; !Search(other, "(objectClass=*)", "seeAlso").Contains($"{name}-now", StringComparison.Ordinal); attempt++)
        {
            Thread.Sleep(attempt < 1000 ? 20 : throw new InvalidOperationException("slapd does not come to an end with references."));
        }

        Modify($"dn: {other}\nchangetype: delete\n\ndn: cn={name}-now,{Suffix}\nchangetype: delete\n");
    }

    public void Dispose()
    {
        Stop();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string ConfigurationOf(string folder, string overlays, string access, bool hasReferentialIntegrity) => $"""
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        moduleload syncprov
        moduleload memberof
        moduleload refint
        pidfile {folder}/pid
        TLSCACertificateFile {folder}/authority.pem
        TLSCertificateFile {folder}/server.pem
        TLSCertificateKeyFile {folder}/server.key
        sizelimit unlimited
        database mdb
        suffix "{Suffix}"
        rootdn "{Login}"
        rootpw {Password}
        directory {folder}/db
        maxsize 1073741824
        dbnosync
        index objectClass,entryUUID,entryCSN,cn,member,manager,seeAlso,uid eq
        {access}
        overlay memberof
        memberof-group-oc groupOfNames
        {(hasReferentialIntegrity ? $"overlay refint\nrefint_attributes member manager seeAlso\nrefint_nothing {Login}" : "")}
        overlay syncprov
        syncprov-checkpoint 1000 60
        {overlays}

        """;
}
