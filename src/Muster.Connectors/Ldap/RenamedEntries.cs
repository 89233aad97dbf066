using Muster.Configuration.Values;

namespace Muster.Connectors.Ldap;

/// <summary>Names that entries lost since the orders were made; orders that still use them mean the new ones. Thread-safe.</summary>
internal sealed class RenamedEntries
{
    private readonly Lock _lock = new();
    private readonly List<(DistinguishedName From, DistinguishedName To)> _renames = [];

    public void Add(DistinguishedName from, DistinguishedName to)
    {
        lock (_lock)
        {
            _renames.Add((from, to));
        }
    }

    public DistinguishedName Follow(DistinguishedName name)
    {
        lock (_lock)
        {
            foreach (var (from, to) in _renames)
            {
                name = name.Rebase(from, to);
            }

            return name;
        }
    }

    /// <summary>The names that an entry had before, the last first; none if neither it nor one above it was renamed.</summary>
    public IReadOnlyList<DistinguishedName> FormerNamesOf(DistinguishedName name)
    {
        lock (_lock)
        {
            var former = new List<DistinguishedName>();
            for (var index = _renames.Count - 1; index >= 0; index--)
            {
                var before = (former is [.., var last] ? last : name).Rebase(_renames[index].To, _renames[index].From);
                if (before != name && !former.Contains(before))
                {
                    former.Add(before);
                }
            }

            return former;
        }
    }

    /// <summary>The same for a value, which stays as it is written if nothing above it was renamed.</summary>
    public string Follow(DistinguishedName name, string written) => Follow(name) is var followed && followed == name ? written : followed.ToString();
}
