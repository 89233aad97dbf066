namespace Muster.Policy.Decisions;

/// <summary>A decision cannot be taken; the message is for the person who took it. Nothing was changed.</summary>
public sealed class DecisionRefusedException : Exception
{
    public DecisionRefusedException()
        : this("The decision cannot be taken.")
    {
    }

    public DecisionRefusedException(string message)
        : base(message)
    {
    }

    public DecisionRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What was asked is wrong in itself (a name that does not exist, a comment that is missing), whatever the store holds.</summary>
    public bool IsWrong { get; private init; }

    internal static DecisionRefusedException Wrong(string message) => new(message) { IsWrong = true };
}
