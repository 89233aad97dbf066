using System.Runtime.CompilerServices;
using Muster.Configuration.Elements;
using Muster.Configuration.Exchange;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.ActiveDirectory;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Ldap;

/// <summary>Where orders of a connection are executed.</summary>
/// <param name="Bases">The parts of the tree in which entries are looked for.</param>
/// <param name="Connections">How many orders are executed side by side.</param>
internal sealed record LdapTarget(LdapServerSettings Server, IReadOnlyList<string> Bases, int Connections, EntryKey Key);

/// <summary>
/// Fulfils orders on directory servers (synchronization.md 15.1): several side by side, those of one entry in their sequence
/// (<see cref="OrderTurns"/>), each with a result of its own. Of several servers, the one whose base is the nearest above the entry is used.
/// </summary>
internal sealed class LdapFulfill(IReadOnlyCollection<string> settingNames, Func<ConnectionSettings, IReadOnlyList<LdapTarget>> targetsOf) : IFulfill
{
    public static LdapFulfill Generic { get; } = new(LdapSettings.Names, settings =>
    {
        var own = new LdapSettings(settings);
        var bases = own.Tables.Where(t => t.BaseDn.Length > 0).Select(t => t.BaseDn).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return own.Servers.Count == 1 || own.Servers.All(s => s.BaseDn is not null)
            ? [.. own.Servers.Select(s => new LdapTarget(s, s.BaseDn is null ? bases : [s.BaseDn], own.ParallelConnections, EntryKey.EntryUuid))]
            : throw new TaskFailedException(
                $"The connection '{settings.Connection}' has {own.Servers.Count} servers, and nothing says which of them has an entry. Give each of them its 'BaseDN' in {settings.Describe("Servers")}.");
    });

    public static LdapFulfill OpenLdap { get; } = new(OpenLdapSettings.Names, settings =>
    {
        var own = new OpenLdapSettings(settings);
        return [new LdapTarget(own.Server, [own.BaseDn], own.ParallelConnections, EntryKey.EntryUuid)];
    });

    public static LdapFulfill ActiveDirectory { get; } = new(ActiveDirectorySettings.Names, settings =>
    {
        var own = new ActiveDirectorySettings(settings);
        return [.. own.Servers.Select(s => new LdapTarget(s, [s.BaseDn!], own.ParallelConnections, EntryKey.ObjectGuid))];
    });

    public IReadOnlyCollection<string> SettingNames => settingNames;

    public async IAsyncEnumerable<OrderResult> FulfillAsync(
        IReadOnlyList<ProvisioningOrder> orders,
        FulfillRequest request,
        ITaskReporter reporter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (orders.Count == 0)
        {
            yield break;
        }

        await using var places = new Places(targetsOf(request.Settings), request.Time);
        foreach (var server in places.Servers)
        {
            LdapMessages.WarnOfExposure(server, reporter);
        }

        WarnOfPasswords(orders, request, reporter);
        var first = places.Of(null);
        var schema = await OrLost(
            first.Pool.RunAsync(async (session, _) => await LdapSchema.ReadAsync(session, cancellationToken).ConfigureAwait(false), cancellationToken), request).ConfigureAwait(false);
        var passwords = new AccountPasswords(request, schema);
        await FinishAsync(passwords, orders, places, request, reporter, cancellationToken).ConfigureAwait(false);
        var attempts = AttemptedOrders.Open(request.Folders.Work, request.Connection.Identifier);
        attempts.Begin(orders.Where(o => o.ChangeType == OrderChangeType.Added).Select(o => o.Id));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = new Run(places, request, schema, attempts, passwords, stop.Token);
        var results = run.Start(orders);
        try
        {
            foreach (var result in results)
            {
                yield return await OrLost(result, request).ConfigureAwait(false);
            }

            attempts.Keep();
        }
        finally
        {
            // Whoever stops early must not leave orders running behind.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(results.Select(r => r.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default))).ConfigureAwait(false);
        }
    }

    /// <summary>Accounts that a run which was cut off has left without password get theirs first.</summary>
    private static async Task FinishAsync(
        AccountPasswords passwords, IReadOnlyList<ProvisioningOrder> orders, Places places, FulfillRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        passwords.HandOver.Sweep();
        var own = orders.Select(o => o.Id).ToHashSet();
        foreach (var account in passwords.HandOver.Unfinished().Where(a => !own.Contains(a.Order)))
        {
            try
            {
                var (target, pool) = places.Of(DistinguishedName.Parse(account.Name));
                await OrLost(
                    pool.RunAsync(
                        async (session, _) =>
                        {
                            await passwords.FinishAsync(account, session, target, cancellationToken).ConfigureAwait(false);
                            return true;
                        },
                        cancellationToken),
                    request).ConfigureAwait(false);
            }
            catch (DirectoryRefusal refusal)
            {
                reporter.Warning($"The account '{account.Name}' was made by a run that was cut off, and has no password yet: {refusal.Message}");
            }
        }
    }

    private static void WarnOfPasswords(IReadOnlyList<ProvisioningOrder> orders, FulfillRequest request, ITaskReporter reporter)
    {
        var added = orders.Where(o => o.ChangeType == OrderChangeType.Added).Select(o => o.ResourceType).ToHashSet(StringComparer.Ordinal);
        foreach (var type in request.ResourceTypes.Values.Where(t => t.Mapping?.Password?.Mode == PasswordResetMode.TwoWay && added.Contains(t.Identifier)))
        {
            reporter.Warning(
                $"not supported yet: passwords that people set by a link in a mail (Mode 'Two-Way'). The new accounts of the resource type '{type.Identifier}' have none.");
        }
    }

    private static async Task<T> OrLost<T>(Task<T> task, FulfillRequest request)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (LdapFault fault)
        {
            throw new TaskFailedException(
                $"The orders of connection '{request.Connection.Identifier}' cannot be executed: {fault.Message.TrimEnd('.')}. Those without a result wait for the next run.",
                fault);
        }
        catch (SettingsException failure)
        {
            throw new TaskFailedException($"The orders of connection '{request.Connection.Identifier}' cannot be executed: {failure.Message}", failure);
        }
    }

    /// <summary>The servers of a connection, each with its connections.</summary>
    private sealed class Places(IReadOnlyList<LdapTarget> targets, TimeProvider time) : IAsyncDisposable
    {
        private readonly List<(LdapTarget Target, DistinguishedName Base, SessionPool Pool)> _all =
        [
            .. targets.Select(t => (
                t,
                t.Bases.Count == 1 && DistinguishedName.TryParse(t.Bases[0], out var name) ? name : DistinguishedName.Root,
                new SessionPool(t.Server, t.Connections, time))),
        ];

        public IEnumerable<LdapServerSettings> Servers => _all.Select(p => p.Target.Server);

        /// <summary>Where an entry is: the server with the longest base above it, else the first.</summary>
        public (LdapTarget Target, SessionPool Pool) Of(DistinguishedName? name)
        {
            var (target, _, pool) = _all.Where(p => name is not null && (name == p.Base || name.IsBelow(p.Base)))
                .OrderByDescending(p => p.Base.Components.Count)
                .FirstOrDefault(_all[0]);
            return (target, pool);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (_, _, pool) in _all)
            {
                await pool.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The orders of one call.</summary>
    private sealed class Run(
        Places places, FulfillRequest request, LdapSchema schema, AttemptedOrders attempts, AccountPasswords passwords, CancellationToken cancellationToken)
    {
        private static readonly Dictionary<string, string> NoKeys = [];
        private readonly Dictionary<string, EntryLayout> _layouts = [];
        private readonly RenamedEntries _renamed = new();

        /// <summary>Starts the orders in their sequence; each task is the result of one.</summary>
        public List<Task<OrderResult>> Start(IReadOnlyList<ProvisioningOrder> orders)
        {
            var turns = new OrderTurns();
            var results = new List<Task<OrderResult>>(orders.Count);
            foreach (var order in orders)
            {
                var end = new TaskCompletionSource();
                try
                {
                    var plan = new EntryPlan(LayoutOf(order.ResourceType), order, schema.HasAttribute);
                    var names = new[] { plan.CurrentName, plan.NewName(plan.CurrentName) }.OfType<DistinguishedName>().Distinct().ToList();
                    results.Add(ExecuteAsync(order, plan, turns.Before(order, names, end.Task), end));
                }
                catch (Exception refusal) when (refusal is DirectoryRefusal or FormatException or ArgumentException)
                {
                    results.Add(Task.FromResult(Failed(order, refusal.Message)));
                }
            }

            return results;
        }

        private EntryLayout LayoutOf(string resourceType)
        {
            if (!_layouts.TryGetValue(resourceType, out var layout))
            {
                layout = new EntryLayout(
                    request.ResourceTypes.GetValueOrDefault(resourceType)
                        ?? throw new DirectoryRefusal($"The resource type '{resourceType}' is not in the configuration."),
                    request.Connection);
                _layouts.Add(resourceType, layout);
            }

            return layout;
        }

        private async Task<OrderResult> ExecuteAsync(ProvisioningOrder order, EntryPlan plan, Task before, TaskCompletionSource end)
        {
            try
            {
                await before.WaitAsync(cancellationToken).ConfigureAwait(false);
                var (target, pool) = places.Of(plan.CurrentName ?? plan.NewName(null));
                var keys = await pool.RunAsync(
                    (session, isRepeated) => new LdapOrderExecution(session, target, _renamed, passwords, cancellationToken)
                        .ExecuteAsync(order, plan, isRepeated || attempts.WasBegun(order.Id)),
                    cancellationToken).ConfigureAwait(false);
                return new OrderResult(order.Id, true, null, keys, request.Time.GetUtcNow());
            }
            catch (Exception refusal) when (refusal is DirectoryRefusal or FormatException or ArgumentException or LdapFault { IsTransient: false, Code: not null }
                or LdapFault { Code: LdapCode.Busy or LdapCode.Unavailable })
            {
                return Failed(order, refusal.Message);
            }
            catch (LdapFault fault) when (fault.IsBrokenOff)
            {
                return Failed(
                    order,
                    $"The server breaks the connection off whenever this order is sent to it: {fault.Message.TrimEnd('.')}. If it holds a large value, the server may take no "
                    + "messages of that size; raise its limit (slapd: 'sockbuf_max_incoming_auth').");
            }
            finally
            {
                end.SetResult();
            }
        }

        private OrderResult Failed(ProvisioningOrder order, string message) => new(order.Id, false, message, NoKeys, request.Time.GetUtcNow());
    }
}
