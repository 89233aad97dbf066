using System.Globalization;
using System.Net;

namespace Muster.Servers;

/// <summary>
/// A Samba Active Directory domain controller in a temporary folder. Its LDAP ports are fixed, so that it has a loopback address of its own. It takes
/// half a minute to make: one for all tests of a run, and tests work below units of their own.
/// </summary>
internal sealed class SambaServer : IOwnServer
{
    public const string Base = "DC=muster,DC=test";
    public const string Login = "Administrator@muster.test";
    public const string Password = "Only-a-Test-7";
    private const string Packages = "samba samba-ad-dc samba-ad-provision ldb-tools python3-samba ldap-utils iproute2";
    private static readonly Lazy<SambaServer> SharedServer = new(() => Start());
    private static int _lastUnit;
    private readonly string _folder;
    private readonly string _configuration;
    private readonly string[] _options;
    private ServerProcess? _process;

    private SambaServer(string folder, string address, string configuration, string[] options)
    {
        _folder = folder;
        Address = address;
        _configuration = configuration;
        _options = options;
    }

    string IOwnServer.Login => Login;

    string IOwnServer.Password => Password;

    /// <summary>One server for all tests of a run, started by the first that asks. It ends with the run.</summary>
    public static SambaServer Shared => SharedServer.Value;

    public string Address { get; }

    /// <summary>The name in the server's certificate.</summary>
    public string Authority => Path.Combine(_folder, "authority.pem");

    /// <summary>The realm's <c>krb5.conf</c>, by which the server is found and known by its address.</summary>
    public string KerberosConfiguration => Path.Combine(_folder, "krb5.conf");

    /// <summary>Writes the key of the administrator, by which a process signs in without password.</summary>
    public void WriteKey(string file) => ServerProcess.Run(
        "/usr/bin/samba-tool", null, "domain", "exportkeytab", file, "--principal=Administrator@MUSTER.TEST", "-s", Path.Combine(_folder, "dc", "etc", "smb.conf"));

    /// <summary>Makes an organizational unit for one test and gives its name.</summary>
    public string NewUnit()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"OU=T{Interlocked.Increment(ref _lastUnit)},{Base}");
        Modify($"dn: {name}\nchangetype: add\nobjectClass: organizationalUnit\n");
        return name;
    }

    /// <summary>Applies change records.</summary>
    public void Modify(string ldif, params string[] options) =>
        ServerProcess.Run("/usr/bin/ldapmodify", ldif, ["-x", "-H", $"ldap://{Address}", "-D", Login, "-w", Password, .. options]);

    /// <summary>A domain's references are its objects' own.</summary>
    public void Settle()
    {
    }

    /// <summary>What the usual tool finds, as LDIF without line folding.</summary>
    public string Search(string baseDn, string filter = "(objectClass=*)", params string[] attributes) => ServerProcess.Run(
        "/usr/bin/ldapsearch", null, ["-x", "-LLL", "-o", "ldif-wrap=no", "-H", $"ldap://{Address}", "-D", Login, "-w", Password, "-b", baseDn, filter, .. attributes]);

    /// <summary>A server of one test's own, which is stopped and started quickly: one process.</summary>
    public static SambaServer StartOwn() => Start("-M", "single");

    public void Kill()
    {
        ServerProcess.KillByFile(Path.Combine(_folder, "run", "samba.pid"));
        Stop();
    }

    public void Save(string folder)
    {
        Stop();
        ServerProcess.Run("/bin/cp", null, "-a", "--sparse=always", Path.Combine(_folder, "dc"), folder);
        Resume();
    }

    public void Rewind(string folder)
    {
        Stop();
        Directory.Delete(Path.Combine(_folder, "dc"), recursive: true);
        ServerProcess.Run("/bin/cp", null, "-a", "--sparse=always", folder, Path.Combine(_folder, "dc"));
        Resume();
    }

    public void Resume()
    {
        var log = Path.Combine(_folder, "samba.log");
        _process = ServerProcess.Start(log, "/usr/sbin/samba", ["-i", .. _options, "-s", _configuration]);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (ServerProcess.TryRun("/usr/bin/ldapsearch", null, "-x", "-H", $"ldap://{Address}", "-D", Login, "-w", Password, "-s", "base", "-b", Base, "1.1").Code == 0)
            {
                return;
            }

            Thread.Sleep(100);
        }

        throw new InvalidOperationException($"Samba does not answer:\n{File.ReadAllText(log)}");
    }

    public void Dispose()
    {
        Stop();
        ServerProcess.TryRun("ip", null, "addr", "del", $"{Address}/8", "dev", "lo");
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static SambaServer Start(params string[] options)
    {
        ServerProcess.Require("samba", Packages);
        ServerProcess.Require("samba-tool", Packages);
        if (!Directory.Exists("/usr/share/samba/setup"))
        {
            throw new InvalidOperationException($"What makes a domain is missing, which this test needs. Install it: apt-get install -y {Packages}");
        }

        var folder = Directory.CreateTempSubdirectory("muster-samba-").FullName;
        var address = FreeAddress();
        ServerProcess.RemoveAtEnd(folder, address);
        var domain = Path.Combine(folder, "dc");
        ServerProcess.Run(
            "/usr/bin/samba-tool", null, "domain", "provision", $"--targetdir={domain}", "--realm=MUSTER.TEST", "--domain=MUSTER", $"--adminpass={Password}",
            "--dns-backend=NONE", "--server-role=dc", "--host-name=dc1", $"--host-ip={address}");
        ServerCertificates.Write(folder, "dc1.muster.test", IPAddress.Parse(address));
        var configuration = Path.Combine(domain, "etc", "smb.conf");
        File.WriteAllText(configuration, ConfigurationOf(folder, domain, address));
        File.WriteAllText(Path.Combine(folder, "krb5.conf"), KerberosOf(address));
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        Directory.CreateDirectory(Path.Combine(folder, "rpc"));

        // Samba binds to addresses that an interface has; this needs root, as its ports do.
        ServerProcess.TryRun("ip", null, "addr", "add", $"{address}/8", "dev", "lo");
        var server = new SambaServer(folder, address, configuration, options);
        server.Resume();

        // Clients know it by its address, since no name service knows its name.
        server.Modify($"dn: CN=DC1,OU=Domain Controllers,{Base}\nchangetype: modify\nadd: servicePrincipalName\nservicePrincipalName: ldap/{address}\n");
        return server;
    }

    private void Stop()
    {
        _process?.Dispose();
        _process = null;
    }

    /// <summary>An address that no other run on this machine has.</summary>
    private static string FreeAddress()
    {
        var taken = ServerProcess.TryRun("ip", null, "-4", "addr", "show", "dev", "lo").Output;
        var first = Environment.ProcessId % 200;
        return Enumerable.Range(0, 200)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"127.0.{10 + ((first + i) % 200)}.1"))
            .First(a => !taken.Contains(a + "/", StringComparison.Ordinal));
    }

    private static string KerberosOf(string address) => $$"""
        [libdefaults]
          default_realm = MUSTER.TEST
          dns_lookup_kdc = false
          dns_lookup_realm = false
          dns_canonicalize_hostname = false
          rdns = false
        [realms]
          MUSTER.TEST = {
            kdc = {{address}}
          }

        """;

    private static string ConfigurationOf(string folder, string domain, string address) => $"""
        [global]
          realm = MUSTER.TEST
          workgroup = MUSTER
          netbios name = DC1
          server role = active directory domain controller
          server services = ldap kdc
          interfaces = {address}/255.0.0.0
          bind interfaces only = yes
          pid directory = {folder}/run
          ncalrpc dir = {folder}/rpc
          lock directory = {domain}
          state directory = {domain}/state
          cache directory = {domain}/cache
          private dir = {domain}/private
          binddns dir = {domain}/bind-dns
          log file = {folder}/log
          ldap server require strong auth = no
          tls enabled = yes
          tls certfile = {folder}/server.pem
          tls keyfile = {folder}/server.key
          tls cafile = {folder}/authority.pem

        """;
}
