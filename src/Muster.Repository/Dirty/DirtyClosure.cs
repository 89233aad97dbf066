using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Repository.Changes;
using Muster.Repository.Schema;

namespace Muster.Repository.Dirty;

/// <summary>What a flagging action did.</summary>
/// <param name="Changes">Rows of the change log that were consumed.</param>
/// <param name="ByEntityType">Resources flagged, by entity type.</param>
/// <param name="Full">Consumers that will compute in full, and why.</param>
public sealed record FlagResult(
    long Changes, IReadOnlyDictionary<string, long> ByEntityType, IReadOnlyList<string> Full, bool RaisedEpoch)
{
    public long Flagged => ByEntityType.Values.Sum();
}

/// <summary>
/// Turns changes into dirty resources: the changed ones, both ends of changed links, and by walking the dependency graph backwards with
/// set-based joins, all that read what changed (rolemodel.md 5.0, "dependency closure"). The cost follows the number of changes and of
/// what they touch.
/// </summary>
public sealed class DirtyClosure(RepositoryTransaction transaction, EntitySchema schema, DependencyGraph graph)
{
    private const string ChangedTable = "changed";
    private readonly DirtyStore _dirty = new(transaction, schema, graph);
    private readonly List<string> _full = [];
    private long _epoch;

    /// <summary>
    /// Flags by the rows of the change log from <paramref name="fromSequence"/> on, and marks them as consumed: flag and mark are one
    /// transaction, so that nothing is lost and nothing is flagged twice. Consumed rows leave the lists, and stay for a while for those who
    /// ask what a run has changed.
    /// </summary>
    public FlagResult FlagChanges(long fromSequence = 0)
    {
        var result = Flag(fromSequence, out var last);
        var log = new ConsumedChanges(transaction);
        log.Mark(fromSequence, last);
        log.Unlist(fromSequence, last);
        if (result.Changes > 0)
        {
            log.Prune(result.Changes);
        }

        return result;
    }

    /// <summary>
    /// To be called by a computation before it runs in full: what is in the log counts as flagged before, so that the computation, which
    /// sees it all, has passed it, and those that finished earlier have not. Changes that are kept in the lists for people stay there.
    /// </summary>
    public void FlagBeforeCompleteRun()
    {
        Flag(0, out var last);
        new ConsumedChanges(transaction).Mark(0, last);
    }

    private FlagResult Flag(long from, out long last)
    {
        last = transaction.Count("SELECT MAX(seq) FROM change");
        var count = transaction.Count("SELECT COUNT(*) FROM change WHERE seq >= @from AND is_flagged = 0", ("@from", from));
        if (count == 0)
        {
            return new FlagResult(0, new Dictionary<string, long>(), [], false);
        }

        _dirty.ForgetOthers();
        _epoch = _dirty.NextEpoch();
        StageChanged(from, last);
        FlagDirectly();
        FlagReaders();
        ResetForWholeTypes(from, last);
        ResetEnumerators();
        ResetForReferences();
        ResetForCompared();
        return new FlagResult(count, _dirty.CountsOf(_epoch), _full, true);
    }

    /// <summary>
    /// Fills the temporary table of changed places: (entity type, property, resource), with <c>*</c> for all properties of an inserted or
    /// deleted resource, and the navigation of each end for links. Of the properties of an updated one only those count that are asked for from
    /// elsewhere: the resource itself is flagged whichever they are, and is there with an empty one.
    /// </summary>
    private void StageChanged(long from, long last)
    {
        transaction.MakeTemporaryTable(
            ChangedTable, "entity_type TEXT NOT NULL, property TEXT NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (entity_type, property, resource)");
        transaction.Execute(
            $"INSERT INTO {ChangedTable} SELECT DISTINCT entity_type, '*', resource FROM change"
            + " WHERE is_flagged = 0 AND seq BETWEEN @from AND @last AND association IS NULL AND operation IN (1, 3)",
            ("@from", from),
            ("@last", last));
        var sets = transaction.Query(
            "SELECT DISTINCT entity_type, properties FROM change"
            + " WHERE is_flagged = 0 AND seq BETWEEN @from AND @last AND association IS NULL AND operation = 2 AND properties IS NOT NULL",
            row => (Type: row.GetString(0), Properties: row.GetString(1)),
            ("@from", from),
            ("@last", last));
        foreach (var (type, properties) in sets)
        {
            foreach (var property in properties.Split(',', StringSplitOptions.RemoveEmptyEntries).Where(p => IsAskedFor(type, p)).Prepend(""))
            {
                transaction.Execute(
                    $"INSERT INTO {ChangedTable} SELECT DISTINCT entity_type, @property, resource FROM change"
                    + " WHERE is_flagged = 0 AND seq BETWEEN @from AND @last AND association IS NULL AND operation = 2 AND entity_type = @type AND properties = @properties"
                    + " ON CONFLICT DO NOTHING",
                    ("@from", from),
                    ("@last", last),
                    ("@property", property),
                    ("@type", type),
                    ("@properties", properties));
            }
        }

        var associations = transaction.Query(
            "SELECT DISTINCT association FROM change WHERE is_flagged = 0 AND seq BETWEEN @from AND @last AND association IS NOT NULL",
            row => row.GetString(0),
            ("@from", from),
            ("@last", last));
        foreach (var association in schema.Model.Associations.Where(a => associations.Contains(a.Identifier)))
        {
            StageEnd(association.End1, "resource", from, last);
            StageEnd(association.End2, "resource2", from, last);
        }
    }

    /// <summary>Whether somebody else than the resource that has a property is to be flagged when it changes.</summary>
    private bool IsAskedFor(string type, string name)
    {
        if (schema.Model.FindEntityType(type)?.Properties.FirstOrDefault(p => p.Identifier == name) is not { } property)
        {
            return true;
        }

        return graph.ReadersOf(property).Any(r => r.Index > 0)
            || graph.LookupsBy(property).Any()
            || graph.Computations.Any(c => c.Compared.Contains(property))
            || graph.Hierarchies.Any(h => h.Parent.EntityType == property.EntityType && (h.Parent == property || property.EntityType.KeyProperties.Contains(property)));
    }

    private void StageEnd(AssociationEnd end, string column, long from, long last) =>
        transaction.Execute(
            $"INSERT INTO {ChangedTable} SELECT DISTINCT @type, @property, {column} FROM change"
            + " WHERE is_flagged = 0 AND seq BETWEEN @from AND @last AND association = @association ON CONFLICT DO NOTHING",
            ("@from", from),
            ("@last", last),
            ("@type", end.Property.EntityType.Identifier),
            ("@property", end.Property.Identifier),
            ("@association", end.Association.Identifier));

    /// <summary>Rules 1 and 2: changed resources, both ends of links.</summary>
    private void FlagDirectly() =>
        _dirty.Flag($"SELECT DISTINCT entity_type, resource, @epoch, 'changed' FROM {ChangedTable} WHERE true", ("@epoch", _epoch));

    /// <summary>Rules 3, 4 and 6: whoever reads what changed, to any depth.</summary>
    private void FlagReaders()
    {
        var changed = transaction.Query(
            $"SELECT DISTINCT entity_type, property FROM {ChangedTable}", row => (Type: row.GetString(0), Property: row.GetString(1)));
        foreach (var group in changed.GroupBy(c => c.Type))
        {
            if (schema.Model.FindEntityType(group.Key) is not { } type)
            {
                continue;
            }

            var all = group.Any(c => c.Property == "*");
            foreach (var property in type.Properties.Where(p => all || group.Any(c => c.Property == p.Identifier)))
            {
                // Who reads it of itself has changed, and is flagged.
                foreach (var reader in graph.ReadersOf(property).Where(r => r.Index > 0))
                {
                    FlagRoots(reader.Path, reader.Index, ChangedOf(type, property));
                }

                foreach (var (reader, lookup) in graph.LookupsBy(property))
                {
                    FlagLookups(reader, lookup, type);
                }
            }

            var values = type.KeyProperties.Select(p => p.Identifier).ToHashSet(StringComparer.Ordinal);
            foreach (var hierarchy in graph.Hierarchies.Where(h => h.Parent.EntityType == type))
            {
                if (all || group.Any(c => c.Property == hierarchy.Parent.Identifier || values.Contains(c.Property)))
                {
                    FlagDescendantReaders(hierarchy, type);
                }
            }
        }
    }

    /// <summary>Resources that look for a value which a changed resource has now; who had found it before is flagged by the path of the link.</summary>
    private void FlagLookups(EntityType reader, KeyLookup lookup, EntityType type)
    {
        var table = schema.TableOf(type);
        var text = transaction.Dialect.AsText(lookup.Criteria.Type, transaction.Quote(table.FindScalar(lookup.Criteria)!.Name));
        _dirty.Flag(
            "SELECT DISTINCT @type, resource, @epoch, @reason FROM correlation_key WHERE expression_key = @key AND key IN"
            + $" (SELECT {text} FROM {transaction.Quote(table.Name)} WHERE id IN ({ChangedOf(type, lookup.Criteria)}))",
            ("@type", reader.Identifier),
            ("@epoch", _epoch),
            ("@reason", $"looks up {lookup.Criteria}"),
            ("@key", lookup.ExpressionKey));
    }

    private static string ChangedOf(EntityType type, EntityProperty property) =>
        $"SELECT resource FROM {ChangedTable} WHERE entity_type = '{type.Identifier}' AND property IN ('*', '{property.Identifier}')";

    /// <summary>A value that got another parent or key, and all below it: what else changes on a value does not move it.</summary>
    private void FlagDescendantReaders(HierarchyRead hierarchy, EntityType type)
    {
        var properties = string.Join(", ", type.KeyProperties.Append(hierarchy.Parent).Select(p => $"'{p.Identifier}'").Append("'*'"));
        var table = transaction.Quote(schema.TableOf(type).Name);
        var parent = transaction.Quote(schema.TableOf(type).FindNavigation(hierarchy.Parent)!.Name);
        var descendants =
            $"SELECT id FROM (WITH RECURSIVE below (id) AS (SELECT resource FROM {ChangedTable} WHERE entity_type = '{type.Identifier}' AND property IN ({properties})"
            + $" UNION SELECT t.id FROM {table} t JOIN below b ON t.{parent} = b.id) SELECT id FROM below) d";
        FlagRoots(hierarchy.Path, hierarchy.Path.Steps.Count, descendants);
    }

    /// <summary>Walks the steps before <paramref name="index"/> backwards from a set of resources, and flags the roots.</summary>
    private void FlagRoots(ReadPath path, int index, string resources)
    {
        var set = resources;
        for (var step = index - 1; step >= 0; step--)
        {
            set = schema.Referrers(transaction, path.Steps[step], set);
        }

        _dirty.Flag(
            $"WITH roots (id) AS ({set}) SELECT DISTINCT @type, id, @epoch, @reason FROM roots WHERE true",
            ("@type", path.Root.Identifier),
            ("@epoch", _epoch),
            ("@reason", $"reads {path}"));
    }

    /// <summary>An entity type that was loaded as a whole: all that reads it is computed in full.</summary>
    private void ResetForWholeTypes(long from, long last)
    {
        var types = transaction.Query(
            "SELECT DISTINCT entity_type FROM change WHERE is_flagged = 0 AND seq BETWEEN @from AND @last AND operation = 4",
            row => row.GetString(0),
            ("@from", from),
            ("@last", last));
        foreach (var type in schema.Model.EntityTypes.Where(t => types.Contains(t.Identifier)))
        {
            var readers = graph.Computations
                .Where(c => c.EntityType == type || c.References.Any(r => r.EntityType == type)
                    || c.Hierarchies.Any(h => h.Parent.EntityType == type)
                    || c.Reads.Paths.Any(p => p.Steps.Any(s => s.EntityType == type || s.TargetEntityType == type)))
                .Select(c => (c.Kind, c.EntityType))
                .Distinct();
            foreach (var (kind, reader) in readers)
            {
                Reset(kind, reader, $"'{type}' was loaded as a whole");
            }
        }
    }

    private void ResetEnumerators()
    {
        var types = transaction.Query($"SELECT DISTINCT entity_type FROM {ChangedTable}", row => row.GetString(0)).ToHashSet();
        foreach (var type in schema.Model.EntityTypes.Where(t => types.Contains(t.Identifier)))
        {
            foreach (var computation in graph.EnumeratorsOf(type))
            {
                Reset(computation.Kind, computation.EntityType, $"an expression enumerates '{type}'");
            }
        }
    }

    /// <summary>References of rules by key: those that now name another resource make what refers to them be computed in full.</summary>
    private void ResetForReferences()
    {
        var types = transaction.Query($"SELECT DISTINCT entity_type FROM {ChangedTable}", row => row.GetString(0)).ToHashSet();
        var references = new KeyReferenceStore(transaction, schema);
        foreach (var computation in graph.Computations)
        {
            foreach (var reference in computation.References.Where(r => types.Contains(r.EntityType.Identifier)))
            {
                if (references.HasMoved(computation, reference))
                {
                    Reset(
                        computation.Kind,
                        computation.EntityType,
                        $"a rule names '{reference.Value}' of '{reference.EntityType}', which is another resource now");
                }
            }
        }
    }

    /// <summary>Values that rules compare among the resources that they name: who is concerned is not told by any path.</summary>
    private void ResetForCompared()
    {
        var references = new KeyReferenceStore(transaction, schema);
        foreach (var comparing in graph.Computations.SelectMany(c => c.Compared, (c, property) => (Computation: c, Property: property)).GroupBy(c => c.Property, c => c.Computation))
        {
            // Many rules compare one property: what has changed is asked once.
            var property = comparing.Key;
            var changed = transaction.Query(
                $"SELECT resource FROM {ChangedTable} WHERE entity_type = @type AND property = @property",
                row => row.GetInt64(0),
                ("@type", property.EntityType.Identifier),
                ("@property", property.Identifier));
            foreach (var computation in changed.Count == 0 ? [] : comparing.Where(c => references.Concerns(c, property.EntityType, changed)))
            {
                Reset(computation.Kind, computation.EntityType, $"rules compare '{property}', which has changed");
            }
        }
    }

    private void Reset(string kind, EntityType type, string because)
    {
        _dirty.Reset(kind, type);
        var text = $"{kind} computes '{type}' in full: {because}.";
        if (!_full.Contains(text))
        {
            _full.Add(text);
        }
    }
}
