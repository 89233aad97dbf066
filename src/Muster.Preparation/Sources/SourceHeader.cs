using Muster.Configuration.Diagnostics;
using Muster.Configuration.Work;

namespace Muster.Preparation.Sources;

/// <summary>
/// The columns of a source file. Names match ordinally first, then without regard to case; of equal names the first wins; columns without a
/// name are dropped (synchronization.md 5).
/// </summary>
internal sealed class SourceHeader
{
    public const string DefaultCommandColumn = "command";

    private readonly SourceFile _source;
    private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _anyCase = new(StringComparer.OrdinalIgnoreCase);

    public SourceHeader(SourceFile source, IReadOnlyList<string> names)
    {
        _source = source;
        Names = names;
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0)
            {
                continue;
            }

            _anyCase.TryAdd(names[i], i);
            if (!_exact.TryAdd(names[i], i))
            {
                Duplicates.Add(names[i]);
            }
        }
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Names that stand several times.</summary>
    public List<string> Duplicates { get; } = [];

    /// <summary>The place of a column; -1 if the file has none of that name.</summary>
    public int Find(string name) => _exact.TryGetValue(name, out var exact) ? exact : _anyCase.GetValueOrDefault(name, -1);

    /// <summary>The place of a column without which the mapping cannot be prepared.</summary>
    public int Require(string name, MappingPlan plan, string role)
    {
        var place = Find(name);
        if (place >= 0)
        {
            return place;
        }

        var hint = NearestName.Find(name, _exact.Keys) is { } nearest ? $" Did you mean '{nearest}'?" : string.Empty;
        throw new TaskFailedException(
            $"{_source.Description} has no column '{name}', which {plan.Description} needs as {role}.{hint} "
            + "Correct the mapping, or export the column.");
    }

    /// <summary>The place of the command column; -1 if there is none. A column that the connector maps is data, unless the task names it.</summary>
    public int FindCommand(string? columnName, IEnumerable<MappingPlan> plans) =>
        columnName is not null
            ? Find(columnName)
            : plans.SelectMany(p => p.Columns).Any(c => c.SourceColumn.Equals(DefaultCommandColumn, StringComparison.OrdinalIgnoreCase))
                ? -1
                : Find(DefaultCommandColumn);
}
