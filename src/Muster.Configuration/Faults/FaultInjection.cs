using System.Diagnostics;
using System.Globalization;

namespace Muster.Configuration.Faults;

/// <summary>
/// The faults of one process, separated by <c>;</c>: <c>kill:POINT[:N]</c> ends the process when a point is reached for the N-th time (the
/// first by default), as <c>kill -9</c> does; <c>full:POINT[:N]</c> plays a disk that is full from there on; <c>once:POINT[:N]</c> one that is
/// full there only; <c>wait:POINT[:N]</c> stays there for twelve seconds, longer than a heartbeat of a running job; <c>trace:FILE</c> appends
/// the name of each reached point to a file. The point <c>*</c> is every one: <c>kill:*:40</c> kills at the fortieth, whichever it is. Thread-safe.
/// </summary>
internal sealed class FaultInjection
{
    private const string AnyPoint = "*";
    private const int NoSpaceLeft = 28;
    private static readonly TimeSpan LongerThanAHeartbeat = TimeSpan.FromSeconds(12);
    private readonly Lock _gate = new();
    private readonly List<PlannedFault> _plans = [];
    private readonly Dictionary<string, int> _reached = [];
    private string? _trace;
    private int _all;
    private bool _isFull;

    private enum FaultAction
    {
        Kill,
        Full,
        Once,
        Wait,
    }

    public static FaultInjection Parse(string text)
    {
        var injection = new FaultInjection();
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = part.Split(':');
            if (words.Length > 1 && words[0] == "trace")
            {
                injection._trace = part["trace:".Length..];
            }
            else if (words.Length is 2 or 3 && Enum.TryParse<FaultAction>(words[0], ignoreCase: true, out var action))
            {
                injection._plans.Add(new PlannedFault(action, words[1], words.Length == 3 ? int.Parse(words[2], CultureInfo.InvariantCulture) : 1));
            }
            else
            {
                throw new ArgumentException($"'{part}' is no fault. {Fault.Variable} takes kill:POINT[:N], full:POINT[:N], once:POINT[:N], wait:POINT[:N] and trace:FILE, separated by ';'.");
            }
        }

        return injection;
    }

    public void Reach(string site, FaultOperation operation, bool isAfter)
    {
        var point = FaultSite.PointOf(site, operation, isAfter);
        FaultAction? action;
        bool isFull;
        lock (_gate)
        {
            var times = _reached[point] = _reached.GetValueOrDefault(point) + 1;
            _all++;
            if (_trace is not null)
            {
                File.AppendAllText(_trace, point + "\n");
            }

            action = _plans.Find(p => (p.Point == point && p.Times == times) || (p.Point == AnyPoint && p.Times == _all))?.Action;
            isFull = _isFull |= action == FaultAction.Full;
        }

        if (action == FaultAction.Kill)
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }

        if (action == FaultAction.Wait)
        {
            Thread.Sleep(LongerThanAHeartbeat);
        }

        if ((isFull || action == FaultAction.Once) && !isAfter && TakesSpace(operation))
        {
            throw new IOException("No space left on device.", NoSpaceLeft);
        }
    }

    private static bool TakesSpace(FaultOperation operation) =>
        operation is FaultOperation.Create or FaultOperation.Write or FaultOperation.Flush or FaultOperation.Rename or FaultOperation.Move or FaultOperation.Commit;

    private sealed record PlannedFault(FaultAction Action, string Point, int Times);
}
