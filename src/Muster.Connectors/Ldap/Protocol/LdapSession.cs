using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Muster.Configuration.Faults;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>A connection that is signed in, with what the server says of itself.</summary>
internal sealed class LdapSession(LdapConnection connection, LdapEntry root) : IAsyncDisposable
{
    private const int PageSize = 1000;
    private readonly HashSet<string> _controls = [.. Texts(root, "supportedControl")];

    public LdapConnection Connection { get; } = connection;

    /// <summary>The entry at the root, with what the server supports.</summary>
    public LdapEntry Root { get; } = root;

    public bool Supports(string oid) => _controls.Contains(oid);

    /// <param name="signIn">Null: nobody is signed in.</param>
    public static async Task<LdapSession> OpenAsync(LdapEndpoint endpoint, Func<LdapConnection, Task>? signIn, CancellationToken cancellationToken)
    {
        var connection = await LdapConnection.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        try
        {
            if (signIn is not null)
            {
                await signIn(connection).ConfigureAwait(false);
            }

            LdapEntry? root = null;
            var search = new LdapSearch("", LdapScope.Base, SearchFilter.All, ["*", "+"]);
            await foreach (var response in connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
            {
                root = response as LdapEntry ?? root;
            }

            return new LdapSession(connection, root ?? new LdapEntry("", []));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// All entries of a search, page by page where the server can: the next page is asked for while the entries of the one before are worked on. Throws
    /// <see cref="LdapFault"/> if the server did not end it with success: what was yielded until then is not the whole.
    /// </summary>
    /// <param name="isPaged">Null: if the server supports it.</param>
    /// <param name="onReference">Called on another thread than the caller's, and not any more when all entries were given.</param>
    public async IAsyncEnumerable<LdapEntry> SearchAsync(
        LdapSearch search, [EnumeratorCancellation] CancellationToken cancellationToken, bool? isPaged = null, Action<LdapReference>? onReference = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ahead = new ReadAhead();
        var reading = ahead.FillAsync(ReadAsync(search, isPaged ?? Supports(LdapOid.PagedResults), onReference, stop.Token), stop.Token);
        try
        {
            await foreach (var entry in ahead.TakeAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return entry;
            }
        }
        finally
        {
            // Whoever stops early must not leave a reader behind.
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    /// <summary>The entry of a name; null if there is none, or if it does not match the filter.</summary>
    public async Task<LdapEntry?> FindAsync(
        string dn, IReadOnlyList<string> attributes, CancellationToken cancellationToken, SearchFilter? filter = null, IReadOnlyList<LdapControl>? controls = null)
    {
        LdapEntry? found = null;
        var search = new LdapSearch(dn, LdapScope.Base, filter ?? SearchFilter.All, attributes) { Controls = controls ?? [] };
        await foreach (var response in Connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            found = response as LdapEntry ?? found;
            if (response is LdapDone { Code: not (LdapCode.Success or LdapCode.NoSuchObject) } done)
            {
                throw new LdapFault(done);
            }
        }

        return found;
    }

    /// <summary>
    /// An entry with all values of its attributes: Active Directory gives the first of many (<c>member;range=0-1499</c>), and the others are
    /// asked for until the last (<c>member;range=1500-*</c>).
    /// </summary>
    public async Task<LdapEntry> CompleteAsync(LdapEntry entry, string name, CancellationToken cancellationToken, IReadOnlyList<LdapControl>? controls = null)
    {
        var attributes = new List<LdapAttribute>(entry.Attributes.Count);
        foreach (var attribute in entry.Attributes)
        {
            attributes.Add(RangeEnd(attribute.Name) is null ? attribute : await ReadRangesAsync(attribute, name, controls, cancellationToken).ConfigureAwait(false));
        }

        return entry with { Attributes = attributes };
    }

    /// <summary>Sends a request that changes something, and awaits its result.</summary>
    public async Task<LdapDone> AskAsync(Func<int, byte[]> request, CancellationToken cancellationToken)
    {
        Fault.Before(FaultPoints.DirectoryRequest, FaultOperation.Call);
        var done = await Connection.AskAsync(request, cancellationToken).ConfigureAwait(false);
        Fault.After(FaultPoints.DirectoryRequest, FaultOperation.Call);
        return done;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    public static IEnumerable<string> Texts(LdapEntry entry, string attribute) =>
        entry.Find(attribute)?.Values.Select(Encoding.UTF8.GetString) ?? [];

    /// <summary>True if an attribute of an answer has values that were left out.</summary>
    public static bool IsRanged(LdapAttribute attribute) => RangeEnd(attribute.Name) is not null;

    private async IAsyncEnumerable<LdapEntry> ReadAsync(
        LdapSearch search, bool isPaged, Action<LdapReference>? onReference, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cookie = isPaged ? Array.Empty<byte>() : null;
        var progress = new PageProgress();
        do
        {
            var page = cookie is null ? search : search with { Controls = [.. search.Controls, Page(cookie)] };
            progress.Begin(cookie);
            await foreach (var response in Connection.SearchAsync(page, cancellationToken).ConfigureAwait(false))
            {
                switch (response)
                {
                    case LdapEntry entry:
                        progress.Take(entry.Dn);
                        yield return entry;
                        break;
                    case LdapReference reference:
                        onReference?.Invoke(reference);
                        break;
                    case LdapDone done:
                        if (done.Code != LdapCode.Success)
                        {
                            throw new LdapFault(done);
                        }

                        cookie = cookie is null ? null : CookieOf(done);
                        break;
                }
            }
        }
        while (cookie is { Length: > 0 });
    }

    private static LdapControl Page(byte[] cookie) => new(LdapOid.PagedResults, true, LdapWriter.Value(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(PageSize);
            writer.WriteOctetString(cookie);
        }
    }));

    private static byte[] CookieOf(LdapDone done) => done.ControlValue(LdapOid.PagedResults) is { } value
        ? LdapReader.ReadValue(value, "a page's cookie", reader =>
        {
            var sequence = reader.ReadSequence();
            sequence.ReadInteger();
            var cookie = sequence.ReadOctetString();
            sequence.ThrowIfNotEmpty();
            return cookie;
        })
        : throw new LdapFault("The server left out the cookie of a page, so that nobody can tell whether there are more entries.", false);

    /// <summary>Where the range of an attribute's name ends: <c>1499</c>, or <c>*</c> for the last; null if it has none.</summary>
    private static string? RangeEnd(string name)
    {
        var start = name.IndexOf(";range=", StringComparison.OrdinalIgnoreCase);
        var dash = start < 0 ? -1 : name.IndexOf('-', start);
        return dash < 0 ? null : name[(dash + 1)..];
    }

    private async Task<LdapAttribute> ReadRangesAsync(LdapAttribute first, string name, IReadOnlyList<LdapControl>? controls, CancellationToken cancellationToken)
    {
        var plain = first.Name[..first.Name.IndexOf(';', StringComparison.Ordinal)];
        var values = new List<byte[]>(first.Values);
        for (var end = RangeEnd(first.Name); end != "*";)
        {
            if (!int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < values.Count - 1)
            {
                throw new LdapFault($"The server gave a part of '{plain}' of '{name}' that does not say where it ends.", false);
            }

            var asked = string.Create(CultureInfo.InvariantCulture, $"{plain};range={last + 1}-*");
            var entry = await FindAsync(name, [asked], cancellationToken, controls: controls).ConfigureAwait(false)
                ?? throw new LdapFault($"The entry '{name}' went away while its '{plain}' was read.", true);
            var next = entry.Attributes.FirstOrDefault(a => a.Name.StartsWith(plain + ";range=", StringComparison.OrdinalIgnoreCase));
            if (next is null)
            {
                // Values were taken away meanwhile: there are no more.
                break;
            }

            values.AddRange(next.Values);
            end = RangeEnd(next.Name);
        }

        return new LdapAttribute(plain, values);
    }
}
