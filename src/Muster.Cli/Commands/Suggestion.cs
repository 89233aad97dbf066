using Muster.Configuration.Diagnostics;

namespace Muster.Cli.Commands;

/// <summary>The end of a message about a name that is not known.</summary>
internal static class Suggestion
{
    public static string For(string written, IEnumerable<string> known) =>
        NearestName.Find(written, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
