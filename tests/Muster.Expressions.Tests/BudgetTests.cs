namespace Muster.Expressions.Tests;

/// <summary>No expression runs for ever or takes all memory; each that tries gives an error for its resource.</summary>
public sealed class BudgetTests
{
    private static readonly EvaluationContext Small = World.Context with { Budget = new EvaluationBudget(20_000, 1_000_000) };

    [Theory]
    [InlineData("while (true) { } return 1;")]
    [InlineData("for (;;) { } return 1;")]
    [InlineData("do { } while (true); return 1;")]
    [InlineData("int i = 0; while (i < 10) { } return 1;")]
    [InlineData("return Enumerable.Range(0, int.MaxValue).Count();")]
    [InlineData("return Enumerable.Repeat(1, int.MaxValue).Sum();")]
    [InlineData("foreach (var i in Enumerable.Range(0, 100000).Select(x => x)) { } return 1;")]
    [InlineData("var r = Enumerable.Range(0, 200); return r.SelectMany(a => r.SelectMany(b => r.Select(c => a))).Count();")]
    [InlineData("var s = new string('a', 100000); var n = 0; for (var i = 0; i < 10000; i++) { if (s.IndexOf(\"b\") < 0) n++; } return n;")]
    public void EndlessWork_EndsByTheStepBudget(string body) => Assert.Contains("20000 steps", World.Run(body, context: Small).Error);

    [Theory]
    [InlineData("return \"x\".PadLeft(2000000000);")]
    [InlineData("return new string('x', 2000000000);")]
    [InlineData("return new int[2000000000].Length;")]
    [InlineData("return new List<string>(2000000000).Count;")]
    [InlineData("var s = \"x\"; while (true) { s += s; } return s;")]
    [InlineData("var s = \"xxxxxxxxxx\"; for (var i = 0; i < 100; i++) { s = s.Replace(\"x\", s); } return s;")]
    [InlineData("var s = \"ab\"; for (var i = 0; i < 100; i++) { s = Regex.Replace(s, \".\", \"$_$_\"); } return s;")]
    [InlineData("var s = \"ab\"; for (var i = 0; i < 100; i++) { s = string.Join(s, s.ToCharArray()); } return s;")]
    [InlineData("var s = \"ab\"; for (var i = 0; i < 100; i++) { s = $\"{s}{s}{s}\"; } return s;")]
    [InlineData("return string.Format(\"{0,2000000000}\", 1);")]
    [InlineData("return $\"{1,2000000000}\";")]
    [InlineData("return string.Concat(Enumerable.Repeat(new string('x', 10000), 10000));")]
    [InlineData("var l = new List<string>(); while (true) { l.Add(\"\"); } return 1;")]
    public void HugeMemory_IsRefusedBeforeItIsTaken(string body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = World.Run(body, context: Small with { Budget = Small.Budget with { Steps = 1_000_000 } }).Error;
        Assert.Contains("1000000 bytes", error);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000);
    }

    [Theory]
    [InlineData("return 1.ToString(\"D999999999\");")]
    [InlineData("return string.Format(\"{0:N999999999}\", 1);")]
    [InlineData("return $\"{1:E99999999}\";")]
    public void HugePrecision_IsRefused(string body) => Assert.Contains("digits", World.Run(body).Error);

    [Theory]
    [InlineData("int F(int n) => F(n + 1) + 1; return F(0);")]
    [InlineData("Func<int, int> f = null; f = n => f(n + 1) + 1; return f(0);")]
    [InlineData("Func<int, int> f = n => n; for (var i = 0; i < 500000; i++) { var g = f; f = n => g(n) + 1; } return f(0);")]
    [InlineData("IEnumerable<int> s = new[] { 1 }; for (var i = 0; i < 300000; i++) { s = s.Select(x => x); } return s.Count();")]
    [InlineData("IEnumerable<int> s = new[] { 1 }; for (var i = 0; i < 200000; i++) { s = s.Concat(s); } return s.First();")]
    public void DeepRecursion_IsAnError(string body) => Assert.NotNull(World.Run(body).Error);

    [Fact]
    public void CatastrophicPattern_IsAnError()
    {
        var context = World.Context with { Budget = new EvaluationBudget { RegexTimeout = TimeSpan.FromMilliseconds(50) } };
        Assert.Contains("too long", World.Run("return Regex.IsMatch(new string('a', 40) + \"!\", \"^(a+)+$\");", context: context).Error);
    }

    [Fact]
    public void OnePoisonousResource_LeavesTheOthers()
    {
        var value = World.Compile("C#:user:var n = 0; while (user.Login == \"loop\") { n++; } return user.Login;");
        var results = Enumerable.Range(0, 100)
            .Select(i => value.Evaluate(new TestResource(i, World.User).With("Login", i == 50 ? "loop" : $"u{i}"), Small)).ToList();
        Assert.Equal(1, results.Count(r => r.IsError));
        Assert.Equal("u99", results[99].Value);
    }

    [Fact]
    public void Evaluation_IsDeterministicAndThreadSafe()
    {
        var value = World.Compile("C#:user:var r = new Random(); return user.Login + r.Next(1000000) + DateTime.Now.Ticks;");
        var ada = World.Ada();
        var expected = value.Evaluate(ada, World.Context).Value;
        var results = new string?[200];
        Parallel.For(0, results.Length, i => results[i] = value.Evaluate(ada, World.Context).Value);
        Assert.All(results, r => Assert.Equal(expected, r));
    }
}
