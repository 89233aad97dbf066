using Muster.Configuration.Model;

namespace Muster.Configuration.Jobs;

/// <summary>Reads one connection of a managed system into files (jobs.md 4.1).</summary>
public sealed record ExportTask : JobTask
{
    public override string Kind => "ExportTask";

    public Connection? Connection { get; init; }

    public bool IgnoreCookieFile { get; init; }

    public bool InitMode { get; init; }
}
