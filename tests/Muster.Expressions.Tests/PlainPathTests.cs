using Muster.Expressions.Resources;

namespace Muster.Expressions.Tests;

/// <summary>Expressions that only read a text mean the same whether they pass through the compiler or not: in parentheses they do.</summary>
public sealed class PlainPathTests
{
    [Theory]
    [InlineData("user.FirstName")]
    [InlineData("user.LastName")]
    [InlineData("user.Manager?.FirstName")]
    [InlineData("user.Manager?.Manager?.FirstName")]
    [InlineData("user.Manager.FirstName")]
    [InlineData("user.Age")]
    [InlineData("user.Id")]
    [InlineData("user.Records")]
    [InlineData("user.Nothing")]
    [InlineData("user.Manager?.Nothing")]
    [InlineData("user.firstName")]
    [InlineData("other.FirstName")]
    public void Path_MeansWhatItMeansInParentheses(string path)
    {
        foreach (var use in new[] { ValueUse.Scalar, ValueUse.CorrelationKey, ValueUse.Boolean })
        {
            var plain = World.TryCompile($"C#:user:return {path};", out var bag, use: use);
            var compiled = World.TryCompile($"C#:user:return ({path});", out var expected, use: use);

            Assert.Equal(expected.Items.Select(d => d.Text), bag.Items.Select(d => d.Text));
            Assert.Equal(compiled is null, plain is null);
            foreach (var input in new IResource[] { World.Ada() })
            {
                Assert.Equal(compiled?.Evaluate(input, World.Context), plain?.Evaluate(input, World.Context));
            }

            Assert.Equal(compiled?.Reads.Paths.Select(p => p.ToString()).Order(), plain?.Reads.Paths.Select(p => p.ToString()).Order());
        }
    }

    [Theory]
    [InlineData("class")]
    [InlineData("string")]
    [InlineData("this")]
    public void Input_NamedByAWordOfTheLanguage_IsRefused(string name) =>
        Assert.Null(World.TryCompile($"C#:{name}:return {name}.FirstName;", out _));
}
