using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Passwords;

/// <summary>A password that waits for being handed over.</summary>
/// <param name="Order">The order that made the account.</param>
/// <param name="Name">Of the account, as the system knows it (a distinguished name).</param>
/// <param name="Login">What its owner signs in as; null if the order says nothing of the kind.</param>
public sealed record WaitingPassword(Guid Order, string Name, string? Login, DateTimeOffset MadeAt);

/// <summary>
/// The passwords that a connection has set and that nobody has been told yet: one file per order in <c>Work/Passwords/&lt;connection&gt;</c>, encrypted
/// as protected settings are. A password is written down before the system gets it, so that a repeated order sets the same one again, and
/// one that was handed over is forgotten; that it was set is remembered. Thread-safe for different orders.
/// </summary>
public sealed class PasswordHandOver(IWorkFolder work, string connection, SettingsSecrets secrets, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    private string Folder => $"Passwords/{connection}";

    /// <summary>The passwords that were set and not handed over yet, the oldest first. Those of accounts that are being made are not among them.</summary>
    public IReadOnlyList<WaitingPassword> Waiting() =>
    [
        .. All().Where(k => k is { State: PasswordState.Set, Password: not null })
            .OrderBy(k => k.At).ThenBy(k => k.Name, StringComparer.Ordinal)
            .Select(k => new WaitingPassword(k.Order, k.Name, k.Login, k.At)),
    ];

    /// <summary>Shows a waiting password; null if it was handed over meanwhile. Throws <see cref="SettingsException"/> without the key.</summary>
    public string? Reveal(WaitingPassword waiting)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        return Read(waiting.Order) is { State: PasswordState.Set, Password: { } password } ? secrets.Reveal(password) : null;
    }

    /// <summary>The password was handed over: it is shown never again.</summary>
    public void Forget(WaitingPassword waiting)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        if (Read(waiting.Order) is { State: PasswordState.Set } kept)
        {
            Write(kept with { State = PasswordState.HandedOver, Password = null });
        }
    }

    /// <summary>What an earlier attempt of an order has made; null if there is nothing that may still be set.</summary>
    internal string? Prepared(Guid order) => Read(order)?.Password is { } password ? secrets.Reveal(password) : null;

    /// <summary>Whether an earlier attempt of an order has set the password.</summary>
    internal bool IsSet(Guid order) => Read(order) is { State: not PasswordState.Prepared };

    /// <summary>Accounts whose making was cut off before it was known that they have their passwords.</summary>
    internal IReadOnlyList<UnfinishedAccount> Unfinished() =>
    [
        .. All().Where(k => k is { State: PasswordState.Prepared, Password: not null })
            .Select(k => new UnfinishedAccount(k.Order, k.Name, k.Flags, k.MustChange, k.At)),
    ];

    /// <summary>Writes down a password that is about to be set.</summary>
    /// <param name="flags">What the account's flags are once it has the password; null where there are none.</param>
    internal void Prepare(Guid order, string name, string? login, string password, string? flags = null, bool mustChange = false) => Write(new Kept
    {
        Flags = flags,
        MustChange = mustChange,
        Order = order,
        Name = name,
        Login = login,
        At = time.GetUtcNow(),
        State = PasswordState.Prepared,
        Password = secrets.Protect(password),
    });

    /// <summary>The system has taken the password.</summary>
    internal void MarkSet(Guid order)
    {
        if (Read(order) is { State: PasswordState.Prepared } kept)
        {
            Write(kept with { State = PasswordState.Set });
        }
    }

    /// <summary>The system has refused the password, or the account.</summary>
    internal void Abandon(Guid order) => work.Delete(PathOf(order));

    /// <summary>What was handed over, or never came into being, is remembered no more after long: its order is not repeated.</summary>
    internal void Sweep()
    {
        foreach (var kept in All().Where(k => k.State != PasswordState.Set && time.GetUtcNow() - k.At > Remembered))
        {
            Abandon(kept.Order);
        }
    }

    private string PathOf(Guid order) => $"{Folder}/{order:D}.json";

    private IEnumerable<Kept> All() => work.Files(Folder)
        .Select(f => Guid.TryParse(Path.GetFileNameWithoutExtension(f), out var order) ? Read(order) : null).OfType<Kept>();

    private Kept? Read(Guid order)
    {
        var path = PathOf(order);
        if (!work.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = work.OpenRead(path);
            return JsonSerializer.Deserialize<Kept>(stream, ExchangeJson.Options);
        }
        catch (JsonException failure)
        {
            throw new TaskFailedException(
                $"The password file '{work.PathOf(path)}' cannot be read: {failure.Message} Move it away, and give its account a new password.", failure);
        }
    }

    private void Write(Kept kept)
    {
        using var file = work.Create(PathOf(kept.Order));
        JsonSerializer.Serialize(file.Stream, kept, ExchangeJson.Options);
        file.Commit();
    }

    private enum PasswordState
    {
        /// <summary>The system may have it or not.</summary>
        Prepared,

        Set,
        HandedOver,
    }

    private sealed record Kept
    {
        public Guid Order { get; init; }

        public string Name { get; init; } = "";

        public string? Login { get; init; }

        public DateTimeOffset At { get; init; }

        public PasswordState State { get; init; }

        public string? Flags { get; init; }

        public bool MustChange { get; init; }

        /// <summary>Encrypted; null once it was handed over.</summary>
        public string? Password { get; init; }
    }
}

/// <summary>An account of which it is not known whether it has its password.</summary>
/// <param name="Flags">What its flags are once it has; null where there are none.</param>
/// <param name="At">When the password was written down, before the account was made.</param>
internal sealed record UnfinishedAccount(Guid Order, string Name, string? Flags, bool MustChange, DateTimeOffset At);
