using Muster.Cli.Hosting;

namespace Muster.Cli.Tests;

/// <summary>A folder with a small configuration of one CSV connector, and the command line run in this process.</summary>
internal sealed class CliWorld : IDisposable
{
    public const string Configuration =
        """
        <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
          <Language Code="en" IndicatorNumber="1" />
          <Agent Identifier="Local" DisplayName_L1="Local" />
          <EntityType Identifier="Person" DisplayName_L1="Person">
            <Property Identifier="Key" DisplayName_L1="Key" Type="String" IsKey="true" />
            <Property Identifier="Name" DisplayName_L1="Name" Type="String" />
          </EntityType>
          <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" MaximumInsertedLines="2" MaximumUpdatedLines="100" MaximumDeletedLines="100"
              MaxPercentageInsertedLines="0" MaxPercentageUpdatedLines="0" MaxPercentageDeletedLines="0" />
          <Connection Identifier="People" DisplayName_L1="People" Connector="HR" Package="Usercube.CSV" />
          <EntityTypeMapping Identifier="Person" Connector="HR" ConnectionTable="People">
            <Property Identifier="Key" ConnectionColumn="key" IsPrimaryKey="true" />
            <Property Identifier="Name" ConnectionColumn="name" />
          </EntityTypeMapping>
          <Job Identifier="HR_Complete" DisplayName_L1="HR complete" Agent="Local">
            <ExportTask Identifier="Complete_Export" DisplayName_L1="Export" Agent="Local" OpenIdClient="Job" Connection="People" IgnoreCookieFile="true" Level="0" />
            <PrepareSynchronizationTask Identifier="Complete_Prepare" DisplayName_L1="Prepare" Agent="Local" OpenIdClient="Job" Connector="HR" SynchronizationMode="Complete" Level="1">
              <TaskDependsOnTask ParentTask="Complete_Export" />
            </PrepareSynchronizationTask>
            <SynchronizeTask Identifier="Complete_Synchronize" DisplayName_L1="Synchronize" Connector="HR" Level="2">
              <TaskDependsOnTask ParentTask="Complete_Prepare" />
            </SynchronizeTask>
          </Job>
          <Job Identifier="HR_Incremental" DisplayName_L1="HR incremental" Agent="Local" IsIncremental="true" CronTabExpression="*/15 * * * *">
            <ExportTask Identifier="Export" DisplayName_L1="Export" Agent="Local" OpenIdClient="Job" Connection="People" ContinueOnError="true" Level="0" />
            <PrepareSynchronizationTask Identifier="Prepare" DisplayName_L1="Prepare" Agent="Local" OpenIdClient="Job" Connector="HR" SynchronizationMode="Incremental" Level="1">
              <TaskDependsOnTask ParentTask="Export" />
            </PrepareSynchronizationTask>
            <SynchronizeTask Identifier="Synchronize" DisplayName_L1="Synchronize" Connector="HR" DoNotDeleteChanges="true" Level="2">
              <TaskDependsOnTask ParentTask="Prepare" />
            </SynchronizeTask>
            <SetRecentlyModifiedFlagTask Identifier="Flag" DisplayName_L1="Flag" Level="3">
              <TaskDependsOnTask ParentTask="Synchronize" />
            </SetRecentlyModifiedFlagTask>
          </Job>
          <Job Identifier="FirstLoad" DisplayName_L1="First load" Agent="Local" UserStartDenied="true" IsInitializationJob="true">
            <SetRecentlyModifiedFlagTask Identifier="FirstFlag" DisplayName_L1="Flag" Level="0" />
          </Job>
          <Job Identifier="Scheduled" DisplayName_L1="Scheduled" Agent="Local" UserStartDenied="true">
            <SetRecentlyModifiedFlagTask Identifier="OtherFlag" DisplayName_L1="Flag" Level="0" />
          </Job>
        </ConfigurationFile>
        """;

    public CliWorld()
    {
        Folder = Directory.CreateTempSubdirectory("muster-cli-").FullName;
        Directory.CreateDirectory(PathOf("Conf"));
        File.WriteAllText(PathOf("Conf/configuration.xml"), Configuration);
        File.WriteAllText(
            PathOf("appsettings.agent.json"),
            """{ "SourcesRootPaths": ["."], "Connections": { "People": { "Path": "people.csv", "PathIncremental": "people.csv", "Separator": ",", "Encoding": "UTF-8" } } }""");
        People("1,Ann");
    }

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void People(params string[] rows) => File.WriteAllText(PathOf("people.csv"), "key,name\n" + string.Join('\n', rows) + "\n");

    /// <summary>Runs with the world's folders given as options.</summary>
    public Task<CliResult> RunAsync(params string[] arguments) => RunWithAsync(
        new Dictionary<string, string>(),
        [.. arguments, "--config", PathOf("Conf"), "--work", PathOf("Work"), "--temp", PathOf("Temp")]);

    /// <summary>Runs with arguments and environment as they are.</summary>
    public static async Task<CliResult> RunWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("from standard input\n");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = environment, IsInputRedirected = true };
        var code = await MusterCommandLine.RunAsync(arguments, terminal, CancellationToken.None);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
    }
}

internal sealed record CliResult(int Code, string Out, string Error);
