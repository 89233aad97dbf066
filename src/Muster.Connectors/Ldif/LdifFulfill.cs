using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Muster.Configuration.Elements;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Files;
using Muster.Connectors.Fulfilment;

namespace Muster.Connectors.Ldif;

/// <summary>
/// Fulfils orders in a directory file (our addition): all orders of a call are applied to the entries that they touch, and written by one
/// atomic rewrite, and only then are results given. A journal in the work folder answers repeated orders as the first time.
/// </summary>
internal sealed class LdifFulfill : IFulfill
{
    private const int MaximumAttempts = 5;

    public IReadOnlyCollection<string> SettingNames => LdifSettings.Names;

    public async IAsyncEnumerable<OrderResult> FulfillAsync(
        IReadOnlyList<ProvisioningOrder> orders,
        FulfillRequest request,
        ITaskReporter reporter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var settings = new LdifSettings(request.Settings);
        if (!settings.IsDirectory)
        {
            throw new TaskFailedException(
                $"The connection '{request.Connection.Identifier}' reads a plain LDIF file, which cannot be fulfilled. Set 'Directory' to true if the file is a directory that Muster may change.");
        }

        foreach (var type in request.ResourceTypes.Values.Where(t => t.Mapping?.Password is { Mode: not PasswordResetMode.Disabled }
            && orders.Any(o => o.ChangeType == OrderChangeType.Added && o.ResourceType == t.Identifier)))
        {
            reporter.Warning($"not supported yet: passwords in directory files. The new accounts of the resource type '{type.Identifier}' have none.");
        }

        List<OrderResult> results;
        using (await FileLock.AcquireAsync(settings.Path, request.Time, cancellationToken).ConfigureAwait(false))
        {
            results = await Task.Run(() => Execute(orders, settings, request, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        foreach (var result in results)
        {
            yield return result;
        }
    }

    private static List<OrderResult> Execute(
        IReadOnlyList<ProvisioningOrder> orders, LdifSettings settings, FulfillRequest request, CancellationToken cancellationToken)
    {
        var journal = FulfillJournal.Open(request.Folders.Work, request.Connection.Identifier);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (TryExecute(orders, settings, request, journal, cancellationToken) is { } results)
                {
                    return results;
                }

                if (attempt == MaximumAttempts)
                {
                    throw new TaskFailedException(
                        $"The directory file '{settings.Path}' was changed by somebody else {MaximumAttempts} times while orders were executed. No order was executed; run the job again.");
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TaskFailedException(
                $"The directory file '{settings.Path}' of connection '{request.Connection.Identifier}' cannot be changed: {failure.Message} No order was executed.",
                failure);
        }
    }

    /// <summary>Null if the file changed on disk meanwhile: nothing is written then.</summary>
    private static List<OrderResult>? TryExecute(
        IReadOnlyList<ProvisioningOrder> orders,
        LdifSettings settings,
        FulfillRequest request,
        FulfillJournal journal,
        CancellationToken cancellationToken)
    {
        var stamp = SourceStamp.Of(settings.Path);
        var garbage = new Garbage();
        try
        {
            using var directory = DirectoryFile.Open(settings, cancellationToken);
            journal.Recover(() => MarkOf(settings.Path));

            // What reading a large file has left behind would stay beside what the orders need.
            garbage.Release();
            return TryExecute(orders, directory, settings.Path, stamp, request, journal, cancellationToken);
        }
        catch (TaskFailedException) when (SourceStamp.Of(settings.Path) is { Length: > 0 } now && now != stamp)
        {
            // What could not be read may be a mixture of both.
            return null;
        }
    }

    private static List<OrderResult>? TryExecute(
        IReadOnlyList<ProvisioningOrder> orders,
        DirectoryFile directory,
        string path,
        SourceStamp stamp,
        FulfillRequest request,
        FulfillJournal journal,
        CancellationToken cancellationToken)
    {
        var execution = new OrderExecution(directory, request, new EntryUuids(directory, request.Connection.Identifier, journal.HasGiven));
        var results = new List<OrderResult>(orders.Count);
        var executed = new List<OrderResult>();
        foreach (var order in orders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = journal.Find(order.Id);
            var result = known ?? execution.Execute(order, journal.AttemptedKeys(order.Id));
            results.Add(result);
            if (known is null && result.Executed)
            {
                executed.Add(result);
            }
        }

        if (!directory.IsChanged)
        {
            return SourceStamp.Of(path) == stamp ? results : null;
        }

        return Write(directory, path, stamp, journal, executed, cancellationToken) ? results : null;
    }

    private static bool Write(
        DirectoryFile directory, string path, SourceStamp stamp, FulfillJournal journal, List<OrderResult> executed, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            AtomicFile.Replace(
                path,
                stream =>
                {
                    using var hashing = new HashingStream(stream, hash);
                    directory.Write(hashing, cancellationToken);
                },
                () =>
                {
                    // Closed before the file is replaced, which some systems refuse while it is open.
                    directory.Dispose();
                    journal.Announce(executed, Convert.ToHexStringLower(hash.GetHashAndReset()));
                    if (SourceStamp.Of(path) != stamp)
                    {
                        throw new ChangedOnDiskException();
                    }
                });
        }
        catch (ChangedOnDiskException)
        {
            return false;
        }

        journal.Confirm();
        return true;
    }

    private static string MarkOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private sealed class ChangedOnDiskException : Exception;
}
