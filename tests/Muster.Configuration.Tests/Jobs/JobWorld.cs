using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Configuration.Tests.Jobs;

/// <summary>Two agents, two connectors, a few types, and jobs written as XML on them.</summary>
internal static class JobWorld
{
    public static JobResolutionScope Scope()
    {
        var local = new Agent { Identifier = "Local" };
        var remote = new Agent { Identifier = "Remote" };
        var ad = new Connector { Identifier = "AD", Agent = local };
        var hr = new Connector { Identifier = "HR", Agent = local };
        var cloud = new Connector { Identifier = "Cloud", Agent = remote };
        var policy = new Policy { Identifier = "Default" };
        var user = new EntityType { Identifier = "Directory_User" };
        var entry = new EntityType { Identifier = "AD_Entry", Connector = ad };
        ResourceType[] resourceTypes =
        [
            new() { Identifier = "AD_Nominative", Policy = policy, SourceEntityType = user, TargetEntityType = entry },
            new() { Identifier = "AD_Admin", Policy = policy, SourceEntityType = user, TargetEntityType = entry },
        ];
        return new JobResolutionScope
        {
            Agents = By(a => a.Identifier, local, remote),
            Connectors = By(c => c.Identifier, ad, hr, cloud),
            Connections = By(
                c => c.Identifier, new Connection { Identifier = "ADExport", Connector = ad, Package = "Usercube.AD@0000001" },
                new Connection { Identifier = "HRFile", Connector = hr, Package = "Muster.Csv" }),
            EntityTypes = By(e => e.Identifier, user, entry),
            ResourceTypes = By(r => r.Identifier, resourceTypes),
        };
    }

    public static (ResolvedJobs Jobs, IReadOnlyList<Diagnostic> Diagnostics) Resolve(string xml)
    {
        var bag = new DiagnosticBag();
        return (JobResolver.Resolve(ConfigurationText.Parse(xml), Scope(), bag), bag.Items);
    }

    /// <summary>The only job, with nothing to complain about.</summary>
    public static Job Job(string xml)
    {
        var (jobs, diagnostics) = Resolve(xml);
        Assert.Empty(diagnostics);
        return Assert.Single(jobs.Jobs);
    }

    /// <summary>The only finding.</summary>
    public static Diagnostic Finding(string xml) => Assert.Single(Resolve(xml).Diagnostics);

    private static Dictionary<string, T> By<T>(Func<T, string> identifier, params T[] items) => items.ToDictionary(identifier, StringComparer.Ordinal);
}
