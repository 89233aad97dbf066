namespace Muster.Configuration.Faults;

/// <summary>
/// Where code passes the points of <see cref="FaultPoints"/>. Off, which is always but in tests, a point costs the look at a constant. It is
/// the one thing in Muster that is static and has a state: a fault concerns the process, and must reach every file and transaction.
/// </summary>
public static class Fault
{
    /// <summary>The environment variable that switches faults on; its form is <see cref="FaultInjection"/>'s.</summary>
    public const string Variable = "MUSTER_FAULT";

    private static readonly FaultInjection? Injection =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? FaultInjection.Parse(text) : null;

    /// <summary>False: nobody asks for names of points, and none need be made.</summary>
    public static bool IsOn => Injection is not null;

    /// <summary>Throws <see cref="IOException"/> ("no space left") where a full disk is played.</summary>
    public static void Before(string site, FaultOperation operation) => Injection?.Reach(site, operation, isAfter: false);

    public static void After(string site, FaultOperation operation) => Injection?.Reach(site, operation, isAfter: true);
}
