using Muster.Repository.Dump;

namespace Muster.Jobs.Verification;

/// <summary>What <c>repository verify</c> found.</summary>
/// <param name="Waiting">
/// What the next jobs would still change by themselves: dirty resources, dates that have come. No fault, but the state is not final.
/// </param>
/// <param name="Differences">
/// What a complete computation gives otherwise than incremental ones do, after everything that waited was done. There must be none.
/// </param>
/// <param name="Lines">Resources, links, keys and assignments that were compared.</param>
/// <param name="Failures">What computations reported as failed for a part of the data (expressions that fail on a resource).</param>
public sealed record VerificationResult(
    IReadOnlyList<DumpChange> Waiting, IReadOnlyList<DumpChange> Differences, long Lines, IReadOnlyList<string> Failures, TimeSpan Elapsed);
