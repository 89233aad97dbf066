using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Muster.Cli;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>The example on real servers does what its README says; the changes of the next day are the commands that stand there.</summary>
public sealed class ContosoExampleTests
{
    private const string Company = "OU=Contoso,DC=contoso,DC=test";

    [Fact]
    public async Task TheReadme_IsTrue()
    {
        var folder = Directory.CreateTempSubdirectory("muster-contoso-ad-").FullName;
        using var servers = new ExampleServers(Example(), folder);

        Assert.Equal(ExitCode.Done, (await RunAsync(folder, "connector", "check", "Domain")).Code);
        Assert.Equal(ExitCode.Done, (await RunAsync(folder, "connector", "check", "AddressBook")).Code);
        var schemas = await JobAsync(folder, "Contoso_Schemas");
        Assert.Equal(("", ""), (schemas.WarningsOf("Schema_AD"), schemas.WarningsOf("Schema_LDAP")));
        Assert.True(schemas.Count("Schema_AD", "columnsRead") > 1000 && File.Exists(Path.Combine(folder, "Work/Schemas/AddressBook.xml")));
        await JobAsync(folder, "Contoso_Initial");
        await SettleAsync(folder);
        var passwords = JsonNode.Parse((await RunAsync(folder, "connector", "passwords", "Domain", "--hand-over", "--json")).Out)!.AsArray();
        Assert.Equal(11, passwords.Count);
        Assert.All(passwords, p => Assert.Equal(0, servers.SignIn($"{p!["login"]}@contoso.test", (string)p["password"]!)));

        ServerProcess.Run("/bin/bash", null, "-ec", $"cd '{folder}'\n{NextDay()}");
        var day = await JobAsync(folder, "Contoso_Incremental");
        Assert.Equal(4, day.Count("Incremental_Fulfill_AD", "ordersExecuted"));
        Assert.Equal(4, day.Count("Incremental_Fulfill_LDAP", "ordersExecuted"));
        var entries = Entry.Read(servers.Search(Company, "(employeeID=*)")).ToDictionary(e => e.One("employeeID"));
        Assert.Equal(13, entries.Count);
        Assert.Equal("CN=Freja Holm,OU=People," + Company, entries["P000013"].Dn);
        Assert.Equal([$"CN=Finance,OU=Groups,{Company}", $"CN=Staff,OU=Groups,{Company}"], entries["P000013"].All("memberOf"));
        Assert.Equal([$"CN=Sales,OU=Groups,{Company}", $"CN=Staff,OU=Groups,{Company}"], entries["P000012"].All("memberOf"));
        Assert.Equal("CN=Maria Santos,OU=People," + Company, entries["P000004"].Dn);
        Assert.Equal(("CN=Léa Dupont,OU=Leavers," + Company, "514"), (entries["P000009"].Dn, entries["P000009"].One("userAccountControl")));
        Assert.Empty(entries["P000009"].All("memberOf"));
        await SettleAsync(folder);
        Assert.Equal(ExitCode.Done, (await RunAsync(folder, "repository", "verify")).Code);

        servers.Stop();
        Assert.DoesNotContain(
            IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), e => servers.Addresses.Contains(e.Address.ToString()));
    }

    /// <summary>What was written comes back, through both halves of the job; then there is nothing left to do.</summary>
    private static async Task SettleAsync(string folder)
    {
        var runs = new List<Instance>();
        while (runs.Count < 3)
        {
            runs.Add(await JobAsync(folder, "Contoso_Incremental"));
        }

        Assert.All(runs, r => Assert.Equal((0, 0), (r.Count("Incremental_Fulfill_AD", "ordersExecuted"), r.Count("Incremental_Fulfill_LDAP", "ordersExecuted"))));
        Assert.Equal(0, runs[^1].RowsWritten);
    }

    private static async Task<Instance> JobAsync(string folder, string job)
    {
        var result = await RunAsync(folder, "job", "run", job, "--json");
        Assert.True(result.Code == ExitCode.Done, $"exit code {result.Code}\n{result.Error}\n{result.Out}");
        var instance = new Instance(result);
        Assert.True(instance.Tasks.All(t => (long?)t["counts"]?["ordersErrored"] is null or 0), result.Out);
        return instance;
    }

    private static async Task<CommandResult> RunAsync(string folder, params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = new Dictionary<string, string>(), IsInputRedirected = true };
        string[] places = ["--config", Path.Combine(folder, "Conf"), "--work", Path.Combine(folder, "Work"), "--temp", Path.Combine(folder, "Temp"), "--log-level", "Warning"];
        return new CommandResult(await MusterCommandLine.RunAsync([.. command, .. places], terminal, CancellationToken.None), output.ToString(), error.ToString());
    }

    /// <summary>The commands of the README that change HR.</summary>
    private static string NextDay() => File.ReadAllText(Path.Combine(Example(), "README.md")).Split("```sh\n")[1].Split("```")[0];

    private static string Example([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "examples", "contoso-ad"));

    /// <summary>The example's script. What it has started is stopped, and its folder removed, also when this process is killed.</summary>
    private sealed class ExampleServers : IDisposable
    {
        // Ends when its input does.
        private const string Guard = """
            trap '' INT TERM HUP
            "$1/servers" start "$2" >"$2.log" 2>&1; echo $?
            while read -r _; do :; done
            "$1/servers" stop "$2" >>"$2.log" 2>&1
            rm -rf -- "$2" "$2.log"
            """;

        private readonly string _folder;
        private readonly Process _process;

        public ExampleServers(string example, string folder)
        {
            _folder = folder;
            var net = 10 + (Environment.ProcessId % 200);
            Addresses = [string.Create(CultureInfo.InvariantCulture, $"127.1.{net}.1"), string.Create(CultureInfo.InvariantCulture, $"127.1.{net}.2")];
            var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
            start.Environment["CONTOSO_AD_ADDRESS"] = Addresses[0];
            start.Environment["CONTOSO_LDAP_ADDRESS"] = Addresses[1];
            foreach (var argument in new[] { "-c", Guard, "guard", example, folder })
            {
                start.ArgumentList.Add(argument);
            }

            _process = Process.Start(start)!;
            var code = _process.StandardOutput.ReadLine();
            Assert.True(code == "0", code == "0" ? "" : File.ReadAllText($"{folder}.log"));
        }

        /// <summary>Of the domain controller and of the address book.</summary>
        public IReadOnlyList<string> Addresses { get; }

        public string Search(string baseDn, string filter) => ServerProcess.Run("/usr/bin/env", null, [.. Tool("Administrator@contoso.test"), "-y", $"{_folder}/servers/password", "-b", baseDn, filter]);

        /// <summary>The exit code of a sign-in at the domain controller.</summary>
        public int SignIn(string login, string password) => ServerProcess.TryRun("/usr/bin/env", null, [.. Tool(login), "-w", password, "-s", "base", "-b", "", "1.1"]).Code;

        public void Stop()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            Stop();
            _process.Dispose();
        }

        private string[] Tool(string login) =>
            [$"LDAPTLS_CACERT={_folder}/servers/authority.pem", "ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", $"ldaps://{Addresses[0]}", "-D", login];
    }
}
