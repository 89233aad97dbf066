namespace Muster.Configuration.Model;

/// <summary>A right as a path (rolemodel.md 9.1).</summary>
/// <param name="Identifier"><c>/a/b/c</c>; the root is <c>/</c>.</param>
/// <param name="BlockInheritance">Rights on the paths above do not reach it, nor what is below it.</param>
public sealed record AccessControlPermission(string Identifier, bool BlockInheritance = false);

/// <summary>
/// The permissions that exist: predefined ones, those of each entity type, connector and resource type, and declared ones, with all paths
/// above them.
/// </summary>
public sealed class PermissionTree
{
    public const string Root = "/";

    private readonly SortedDictionary<string, AccessControlPermission> _permissions = new(StringComparer.Ordinal);

    /// <summary>Of several with one path, one that blocks inheritance wins.</summary>
    public PermissionTree(IEnumerable<AccessControlPermission> permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        foreach (var permission in permissions)
        {
            _permissions[permission.Identifier] =
                permission with { BlockInheritance = permission.BlockInheritance || IsBlocking(permission.Identifier) };
            foreach (var above in Above(permission.Identifier))
            {
                _permissions.TryAdd(above, new AccessControlPermission(above));
            }
        }
    }

    /// <summary>By path.</summary>
    public IReadOnlyCollection<AccessControlPermission> All => _permissions.Values;

    public bool Contains(string permission) => _permissions.ContainsKey(permission);

    /// <summary>Why a text is no permission's path; null if it is one.</summary>
    public static string? WhyMalformed(string permission)
    {
        ArgumentNullException.ThrowIfNull(permission);
        return permission switch
        {
            Root => null,
            _ when !permission.StartsWith('/') => "it does not begin with '/'",
            _ when permission.EndsWith('/') => "it ends with '/'",
            _ when permission.Contains("//", StringComparison.Ordinal) => "one of its parts is empty",
            _ when permission.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) => "it has a space in it",
            _ => null,
        };
    }

    /// <summary>
    /// Whether a right on one path gives the right on another: the same path, or one above it from which nothing on the way down blocks
    /// inheritance (rolemodel.md 9.2, <c>covers</c>).
    /// </summary>
    public bool Covers(string granted, string asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (granted == asked)
        {
            return true;
        }

        for (var path = asked; path != Root; path = Parent(path))
        {
            if (path == granted)
            {
                return true;
            }

            if (IsBlocking(path))
            {
                return false;
            }
        }

        return granted == Root;
    }

    /// <summary>The path that keeps a right above from reaching one below; null if there is none.</summary>
    public string? BlockedAt(string granted, string asked) =>
        IsAbove(granted, asked) && !Covers(granted, asked) ? Above(asked).Prepend(asked).First(p => p == granted || IsBlocking(p)) : null;

    private bool IsBlocking(string path) => _permissions.GetValueOrDefault(path)?.BlockInheritance == true;

    private static bool IsAbove(string path, string other) => path == Root || other.StartsWith(path + "/", StringComparison.Ordinal);

    /// <summary>The paths above one, nearest first, the root at the end.</summary>
    private static IEnumerable<string> Above(string path)
    {
        while (path != Root)
        {
            path = Parent(path);
            yield return path;
        }
    }

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : Root;
}
