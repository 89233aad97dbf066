using FsCheck;
using FsCheck.Fluent;
using Muster.Equivalence.Tests.Generation;
using Muster.Equivalence.Tests.Model;
using Muster.Equivalence.Tests.Worlds;

namespace Muster.Equivalence.Tests.Failures;

/// <summary>Lets FsCheck look for the smallest case that fails in the same way.</summary>
internal static class Shrinking
{
    public static (Case Case, Finding Finding) Shrink(int seed, int number, Finding finding, TimeSpan limit)
    {
        var smallest = (Case: CaseGenerator.Generate(seed, number), Finding: finding);
        var kind = KindOf(finding);
        var end = TimeProvider.System.GetUtcNow() + limit;
        var property = Prop.ForAll(CaseGenerator.Arbitrary(seed, number), (Case c) =>
        {
            if (TimeProvider.System.GetUtcNow() > end || Attempt(c) is not { } found || KindOf(found) != kind)
            {
                return true;
            }

            smallest = (c, found);
            return false;
        });
        Check.One(Config.Quick.WithMaxTest(1).WithRunner(new Silence()), property);
        return smallest;
    }

    /// <summary>What a case finds; an exception is a finding, a configuration that is refused is none.</summary>
    public static Finding? Attempt(Case @case)
    {
        try
        {
            return Execution.Run(@case);
        }
        catch (InvalidSetupException)
        {
            return null;
        }
        catch (Exception exception)
        {
            return new Finding(@case.Steps.Count, exception.ToString());
        }
    }

    /// <summary>The sentence before the details: a smaller case must not fail in another way.</summary>
    private static string KindOf(Finding finding)
    {
        var end = finding.Text.IndexOfAny([':', '\n']);
        return end < 0 ? finding.Text : finding.Text[..end];
    }

    private sealed class Silence : IRunner
    {
        public void OnStartFixture(Type t)
        {
        }

        public void OnArguments(int ntest, Microsoft.FSharp.Collections.FSharpList<object> args, Microsoft.FSharp.Core.FSharpFunc<int, Microsoft.FSharp.Core.FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string>> every)
        {
        }

        public void OnShrink(Microsoft.FSharp.Collections.FSharpList<object> args, Microsoft.FSharp.Core.FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string> everyShrink)
        {
        }

        public void OnFinished(string name, TestResult testResults)
        {
        }
    }
}
