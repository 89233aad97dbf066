using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>Is told all that happens in an execution, to write it down for a person.</summary>
internal interface IRecorder
{
    /// <summary>A file was written, relative to the folder of the case.</summary>
    void File(string name, string text);

    /// <summary>People are about to decide something, before anything of a step.</summary>
    void Decide(Decision decision, DateTimeOffset at, string configuration);

    /// <summary>The jobs of a step are about to run.</summary>
    void Step(int index, Step step, DateTimeOffset at, string configuration, IReadOnlyList<string?> directories, string incrementalJob, string completeJob);

    /// <summary>A job is run once more in the incremental repository.</summary>
    void Repeat(string job);

    /// <summary>A job is run in an empty repository.</summary>
    void Anew(string job, string? directory);
}
