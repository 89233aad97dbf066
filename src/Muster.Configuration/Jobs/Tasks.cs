namespace Muster.Configuration.Jobs;

/// <summary>The modes of a chain (<c>DataCollectType</c>).</summary>
public enum SynchronizationMode
{
    Initial = 0,
    Complete = 1,
    Incremental = 2,
}

/// <summary>How a preparation reads its sources (<c>PrepareSynchronizationType</c>, synchronization.md 8.1).</summary>
public enum PreparationType
{
    /// <summary>Full extracts; an incremental run compares them with the previous ones.</summary>
    None = 0,

    /// <summary>Change lists with a command column.</summary>
    Changes = 1,
    ActiveDirectory = 2,
}
