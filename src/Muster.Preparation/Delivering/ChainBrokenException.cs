namespace Muster.Preparation.Delivering;

/// <summary>Found while preparing: the chain cannot be incremental. Caught by <see cref="SynchronizationPreparer"/>, which heals or stops.</summary>
internal sealed class ChainBrokenException(string because) : Exception(because);
