using Muster.Configuration.Work;
using static Muster.Configuration.Faults.FaultOperation;

namespace Muster.Configuration.Faults;

/// <summary>
/// The names of the places at which a process may be killed or a disk be full (docs/development/fault-points.md): every file that Muster
/// writes, every transaction that it commits, every call between agent and server. Files are listed here; which transactions and calls there
/// are, the tests read in the compiled code. The driver in Muster.Scenarios.Tests kills at each point, and fails if one was never reached or
/// if one was reached that it does not know.
/// </summary>
public static class FaultPoints
{
    /// <summary>The file of a managed system that is a directory file: the name of its site, because its place says nothing.</summary>
    public const string DirectoryFile = "directory";

    /// <summary>The site of what changes a directory server.</summary>
    public const string DirectoryRequest = "directory-request";

    /// <summary>Requests that change a managed system: between them a process may be killed, too.</summary>
    public static IReadOnlyList<FaultSite> Requests { get; } = [new(DirectoryRequest, Call)];

    /// <summary>Files by what they are for; <see cref="SiteOf(string)"/> tells them by their place.</summary>
    public static IReadOnlyList<FaultSite> Files { get; } =
    [
        new("extract", Create, Write, Flush, Rename, Delete),
        new("export-manifest", Create, Write, Flush, Rename, Delete),
        new("watermark", Create, Write, Flush, Rename, Move),
        new("prepared", Create, Write, Flush, Rename, Delete),
        new("snapshot", Create, Write, Flush, Rename, Delete),
        new("snapshot-chain", Create, Write, Flush, Rename, Move),
        new("pending-delivery", Create, Write, Flush, Rename, Delete),
        new("delivery-file", Create, Write, Flush, Rename, Delete),
        new("delivery-manifest", Create, Write, Flush, Rename),
        new("order-file", Create, Write, Flush, Rename, Move),
        new("journal", Create, Write, Flush, Rename),
        new(DirectoryFile, Create, Write, Flush, Rename),
    ];

    /// <summary>The site of a file or folder by its place below the work or temp folder.</summary>
    public static string SiteOf(string relativePath)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        var parts = relativePath.Split('/');
        var name = parts[^1];
        return parts[0] switch
        {
            AgentFolders.ExportOutput => name.EndsWith(".export.json", StringComparison.Ordinal) ? "export-manifest" : "extract",
            AgentFolders.ExportCookies => "watermark",
            AgentFolders.Collect when parts.Length > 2 => name == "chain.json" ? "snapshot-chain" : "snapshot",
            AgentFolders.Collect when name.EndsWith(".pending.json", StringComparison.Ordinal) => "pending-delivery",
            AgentFolders.Collect => "prepared",
            AgentFolders.Synchronization => name == "manifest.json" ? "delivery-manifest" : "delivery-file",
            AgentFolders.ProvisioningOrders => "order-file",
            "Fulfill" => "journal",
            _ => "other-file",
        };
    }

    /// <summary>The site of a commit by the code that asks for it.</summary>
    public static string SiteOf(string file, string member) => $"{Path.GetFileNameWithoutExtension(file)}.{member}";
}
