namespace Muster.Equivalence.Tests.Worlds;

/// <summary>Where histories happen: in memory where the system has a place for that.</summary>
internal static class ScratchFolders
{
    private const string InMemory = "/dev/shm";

    public static string Create()
    {
        var root = Environment.GetEnvironmentVariable("MUSTER_SCRATCH") is { Length: > 0 } given ? given
            : Directory.Exists(InMemory) ? InMemory
            : Path.GetTempPath();
        var folder = Path.Combine(root, $"muster-equivalence-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
