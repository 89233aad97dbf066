namespace Muster.Connectors.Ldap;

/// <summary>
/// The rows of a link file. Of changes only what comes of all of them is written: where entries take names from one another, the same row may go
/// with one owner and come with another, in any order.
/// </summary>
internal sealed class LinkChanges(LinkFile file, bool isChanges)
{
    private readonly Dictionary<(Guid Owner, Guid Value), Change> _changes = [];

    public LinkFile File { get; } = file;

    public void Write(Guid id, string dn, string value, bool isInsert)
    {
        var key = id.ToString("D");
        if (!isChanges)
        {
            File.Write(key, dn, value, "insert");
            return;
        }

        // A row is told by what its owner is known by.
        var row = (File.IsKeyedByName ? KnownValue.KeyOf(dn) : id, KnownValue.KeyOf(value));
        var before = _changes.GetValueOrDefault(row);
        var net = (before?.Net ?? 0) + (isInsert ? 1 : -1);
        _changes[row] = isInsert || before is null ? new Change(net, key, dn, value) : before with { Net = net };
    }

    /// <summary>Writes what is left: first what goes.</summary>
    public void Complete()
    {
        foreach (var change in _changes.Values.Where(c => c.Net < 0))
        {
            File.Write(change.Key, change.Dn, change.Value, "delete");
        }

        foreach (var change in _changes.Values.Where(c => c.Net > 0))
        {
            File.Write(change.Key, change.Dn, change.Value, "insert");
        }

        _changes.Clear();
    }

    private sealed record Change(int Net, string Key, string Dn, string Value);
}
