using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Equivalence.Tests.Model;
using Muster.Policy.Compilation;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>A configuration, read and compiled; kept for the next case with the same text, a few at a time.</summary>
internal sealed record Loaded(string Xml, ConfigurationModel Model, CompiledPolicy Policy)
{
    private const int Kept = 16;
    private static readonly Lock Gate = new();
    private static readonly LinkedList<Loaded> Recent = new();

    public static Loaded Of(Setup setup)
    {
        var xml = SetupXml.Print(setup);
        lock (Gate)
        {
            for (var node = Recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Xml == xml)
                {
                    Recent.Remove(node);
                    Recent.AddFirst(node);
                    return node.Value;
                }
            }
        }

        var loaded = Load(xml);
        lock (Gate)
        {
            Recent.AddFirst(loaded);
            if (Recent.Count > Kept)
            {
                Recent.RemoveLast();
            }
        }

        return loaded;
    }

    private static Loaded Load(string xml)
    {
        var loaded = ConfigurationLoader.LoadText(("Configuration.xml", xml));
        if (loaded.Model is not { } model)
        {
            throw new InvalidSetupException(Errors(loaded.Diagnostics), xml);
        }

        var bag = new DiagnosticBag();
        var policy = PolicyCompiler.Compile(model, bag);
        return bag.HasErrors ? throw new InvalidSetupException(Errors(bag.Items), xml) : new Loaded(xml, model, policy);
    }

    private static string Errors(IEnumerable<Diagnostic> diagnostics) =>
        string.Join('\n', diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
}

/// <summary>The generator made a configuration that is refused: a fault of the generator, unless the refusal is wrong.</summary>
internal sealed class InvalidSetupException(string errors, string xml) : Exception($"The configuration is refused:\n{errors}\n{xml}");
