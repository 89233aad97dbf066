using FsCheck;
using FsCheck.Fluent;
using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Random cases, each from two numbers: configurations are used for several histories, because compiling them takes most of the time.</summary>
internal static class CaseGenerator
{
    private const int HistoriesPerSetup = 4;

    /// <summary>The case of a number in a run.</summary>
    public static Case Generate(int seed, int number)
    {
        var setup = SetupGenerator.Generate(Mix(seed, number / HistoriesPerSetup, 1));
        return new Case(setup, new HistoryGenerator(new Draw(Mix(seed, number, 2)), setup).Generate());
    }

    public static Arbitrary<Case> Arbitrary(int seed, int number) =>
        Arb.From(Gen.Fresh(() => Generate(seed, number)), CaseShrinker.Shrink);

    private static int Mix(int seed, int number, int purpose)
    {
        var mixed = unchecked(((uint)seed * 2654435761u) ^ (((uint)number + 1) * 2246822519u) ^ ((uint)purpose * 3266489917u));
        mixed ^= mixed >> 15;
        mixed *= 2246822519u;
        return (int)((mixed ^ (mixed >> 13)) & int.MaxValue);
    }
}
