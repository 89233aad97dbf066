using Muster.Configuration.Diagnostics;

namespace Muster.Expressions.Tests;

/// <summary>Bodies that are bound together say and do what they say and do alone, and cannot reach each other.</summary>
public sealed class PreparationTests
{
    private static readonly string[] Good =
    [
        "var name = user.FirstName; return name;",
        "var name = user.LastName; string F(string x) => x + name; return F(\"x\");",
        "return user.Manager.FirstName;",
        "return user.Records.Select(r => r.Code).First();",
        "return user.Age > 3 ? \"old\" : \"young\";",
        "return iteration;",
    ];

    [Fact]
    public void PreparedTogether_FindingsAreThoseOfEachAlone()
    {
        // A body that breaks out of its braces, or does not end, stands between others here.
        string[] all = [.. Good, .. AllowListTests.Escapes, "return nothing;", "int a; return a;", .. Good];
        var compiler = new ExpressionCompiler(World.All);
        compiler.Prepare(all.Select(b => (World.Source(null, "C#:user:" + b, World.User), ValueUse.Scalar)));
        Assert.All(all, body =>
        {
            var together = new DiagnosticBag();
            var value = compiler.Compile(World.Source(null, "C#:user:" + body, World.User), ValueUse.Scalar, null, together);
            var alone = World.TryCompile("C#:user:" + body, out var expected);
            Assert.Equal(expected.Items, together.Items);
            Assert.Equal(alone is null, value is null);
            Assert.Equal(alone?.Evaluate(World.Ada(), World.Context), value?.Evaluate(World.Ada(), World.Context));
            Assert.Equal(alone?.Reads.Paths.Select(p => p.ToString()), value?.Reads.Paths.Select(p => p.ToString()));
        });
    }

    [Theory]
    [InlineData("return Other();")]
    [InlineData("return name;")]
    [InlineData("return Body__.name;")]
    [InlineData("return Body__.Run__(user, queryHandler, logger, assignment, provisioningOrder, 0);")]
    [InlineData("return Muster.Surrogates.Entities.Body__.Run__(user, queryHandler, logger, assignment, provisioningOrder, 0);")]
    [InlineData("return global::Muster.Surrogates.Entities.Body__.Run__(null, queryHandler, logger, assignment, provisioningOrder, 0);")]
    [InlineData("Body__ other = null; return 1;")]
    [InlineData("return 1; } static string Other() { return \"x\";")]
    [InlineData("return 1; } } } namespace Muster.Surrogates.Entities { static class Shared { public static string Name = \"x\"; } static class B { static void M() {")]
    [InlineData("return Shared.Name;")]
    [InlineData("return 1; /* ")]
    [InlineData(" */ return 1;")]
    [InlineData("return @\"")]
    [InlineData("return \"\"\"")]
    [InlineData("\n#if X\nreturn 1;")]
    [InlineData("\n#endif\nreturn 1;")]
    public void Neighbour_CannotBeReachedOrChanged(string body)
    {
        string[] bodies = ["string Other() => \"secret\"; var name = Other(); return name;", body, "return user.FirstName;"];
        var compiler = new ExpressionCompiler(World.All);
        compiler.Prepare(bodies.Select(b => (World.Source(null, "C#:user:" + b, World.User), ValueUse.Scalar)));
        var bag = new DiagnosticBag();
        var values = bodies.Select(b => compiler.Compile(World.Source(null, "C#:user:" + b, World.User), ValueUse.Scalar, null, bag)).ToArray();
        Assert.Null(values[1]);
        Assert.True(bag.HasErrors);
        Assert.Equal("secret", values[0]?.Evaluate(World.Ada(), World.Context).Value);
        Assert.Equal("Ada", values[2]?.Evaluate(World.Ada(), World.Context).Value);
    }

    [Fact]
    public void SameText_ForDifferentUses_IsPreparedForEach()
    {
        const string text = "C#:user:return user.IsActive;";
        var source = World.Source(null, text, World.User);
        var compiler = new ExpressionCompiler(World.All);
        compiler.Prepare([(source, ValueUse.Boolean), (source, ValueUse.Scalar), (source, ValueUse.Boolean), (source with { Root = World.Record }, ValueUse.Scalar)]);
        var bag = new DiagnosticBag();
        Assert.True(compiler.Compile(source, ValueUse.Boolean, null, bag)!.Evaluate(World.Ada(), World.Context).Flag);
        Assert.Equal("true", compiler.Compile(source, ValueUse.Scalar, null, bag)!.Evaluate(World.Ada(), World.Context).Value);
        Assert.Null(compiler.Compile(source with { Root = World.Record }, ValueUse.Scalar, null, bag));
        Assert.Contains("CS1061", Assert.Single(bag.Items).Text);
    }

    [Fact]
    public void NothingToPrepare_ReportsNothing()
    {
        var compiler = new ExpressionCompiler(World.All);
        compiler.Prepare([(World.Source("FirstName", null, World.User), ValueUse.Scalar), (World.Source("Nothing", "C#:x:return x;", World.User), ValueUse.Scalar)]);
        compiler.Prepare([]);
        var bag = new DiagnosticBag();
        Assert.NotNull(compiler.Compile(World.Source("FirstName", null, World.User), ValueUse.Scalar, null, bag));
        Assert.Empty(bag.Items);
    }
}
