using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Policy.Compilation;

namespace Muster.Policy.Tests.Compilation;

public sealed class PolicyCompilerTests
{
    private static (CompiledPolicy Policy, DiagnosticBag Bag) Compile(string xml)
    {
        var loaded = ConfigurationLoader.LoadText(
            [("Conf.xml", $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{Given.Model}{xml}</ConfigurationFile>")]);
        var bag = new DiagnosticBag();
        return (PolicyCompiler.Compile(loaded.Model!, bag), bag);
    }

    [Fact]
    public void Compile_CyclicComputedProperties_IsAnErrorThatNamesTheCycle()
    {
        var (_, bag) = Compile(
            """
            <EntityPropertyExpression Identifier="A" EntityType="Person" Property="Login" Binding="Person:Title" Expression="ToUpper" />
            <EntityPropertyExpression Identifier="B" EntityType="Person" Property="Title" Binding="Person:Login" Expression="ToUpper" />
            """);

        var error = Assert.Single(bag.Items, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal("MUS4001", error.Code);
        Assert.Contains("'Person:Login'", error.Text, StringComparison.Ordinal);
        Assert.Contains("'Person:Title'", error.Text, StringComparison.Ordinal);
        Assert.Contains("Conf.xml(", error.Text, StringComparison.Ordinal);
        Assert.True(error.Location.Line > 0);
    }

    [Fact]
    public void Compile_DependentComputedProperties_AreInOrder()
    {
        var (policy, bag) = Compile(
            """
            <EntityPropertyExpression Identifier="A" EntityType="Person" Property="Title" Binding="Person:Login" Expression="ToUpper" />
            <EntityPropertyExpression Identifier="B" EntityType="Person" Property="Login" Binding="Person:Name" Expression="ToLower" Priority="9" />
            """);

        Assert.False(bag.HasErrors);
        Assert.Equal(["B", "A"], policy.PropertyExpressions.Select(e => e.Definition.Identifier));
    }

    [Fact]
    public void Compile_SameKeyExpression_IsSharedByRules()
    {
        var (policy, _) = Compile(Given.Accounts(more:
            "<ResourceCorrelationRule ResourceType=\"User\" Policy=\"P\" SourceBinding=\"Person:Login\" TargetBinding=\"Account:Title\" SourceMatchedConfidenceLevel=\"80\" />"));

        var rules = policy.ResourceTypesByIdentifier["User"].CorrelationRules;
        Assert.Same(rules[0].Source, rules[1].Source);
        Assert.NotSame(rules[0].Target, rules[1].Target);
        Assert.Equal(3, policy.ExpressionKeys.Count);
    }

    [Theory]
    [InlineData("ResourcesStartBinding=\"Person:Start\"", "ResourcesStartBinding=\"Person:IsDraft\"", "MUS4006", "Person:IsDraft")]
    [InlineData("TargetBinding=\"Account:Login\"", "TargetExpression=\"C#:a:return &quot;x&quot;;\"", "MUS4005", "target key of a ResourceCorrelationRule")]
    [InlineData("SourceBinding=\"Person:Login\"", "SourceExpression=\"C#:p:return &quot;x&quot;;\"", "MUS4005", "source key of a ResourceCorrelationRule")]
    [InlineData("<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"sales-staff\" SingleRole=\"Staff\" />", "<QueryRule Property=\"Groups\" SourceBinding=\"Person:Title\" TargetExpression=\"C#:g:return &quot;x&quot;;\" />", "MUS4005", "target key of a QueryRule")]
    public void Values_ThatCannotBeMeant_AreErrors(string from, string to, string code, string text)
    {
        var loaded = Muster.Configuration.ConfigurationLoader.LoadText(("Conf.xml",
            $"""<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">{Given.Model}{Given.Accounts().Replace(from, to, StringComparison.Ordinal)}</ConfigurationFile>"""));
        var bag = new Muster.Configuration.Diagnostics.DiagnosticBag();

        Muster.Policy.Compilation.PolicyCompiler.Compile(loaded.Model!, bag);

        Assert.Contains(text, Assert.Single(bag.Items, d => d.Code == code).ToString(), StringComparison.Ordinal);
    }
}
