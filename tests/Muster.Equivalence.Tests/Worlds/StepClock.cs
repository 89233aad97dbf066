namespace Muster.Equivalence.Tests.Worlds;

/// <summary>A clock that only a history moves.</summary>
internal sealed class StepClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Start;

    public override DateTimeOffset GetUtcNow() => Now;
}
