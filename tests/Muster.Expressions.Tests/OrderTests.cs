using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;

namespace Muster.Expressions.Tests;

/// <summary>What <c>ArgumentsExpression</c> and scalar rules may know besides their resource (rolemodel.md 4.5 and 4.7).</summary>
public sealed class OrderTests
{
    private const string Result = " return new Dictionary<string, string> { { \"r\", r } };";

    private static IReadOnlyDictionary<string, string>? Arguments(string body, EvaluationContext context)
    {
        var result = World.Compile("C#:user:" + body, use: ValueUse.Dictionary).Evaluate(World.Ada(), context);
        Assert.True(result.Error is null, result.Error);
        return result.Dictionary;
    }

    private static string? Answer(string statements, ProvisioningOrder? order) =>
        Arguments("string r = null; " + statements + Result, World.Context with { ProvisioningOrder = order })!.GetValueOrDefault("r");

    private static ProvisioningOrder Order(OrderChangeType type = OrderChangeType.Modified, string changes = "{}") => new()
    {
        Id = Guid.Empty,
        AssignedResourceTypeId = 1,
        ChangeType = type,
        ResourceType = "AD",
        Connector = "AD",
        Owner = [],
        Changes = JsonNode.Parse(changes)!.AsObject(),
    };

    [Fact]
    public void Dictionary_IsGiven()
    {
        var arguments = Arguments("return new Dictionary<string, string> { { \"WorkflowIdentifier\", user.Login }, { \"b\", \"2\" } };", World.Context);
        Assert.Equal(new Dictionary<string, string> { ["WorkflowIdentifier"] = "alovelace", ["b"] = "2" }, arguments);
        arguments = Arguments("var d = new Dictionary<string, string>(); d.Add(\"a\", \"1\"); d[\"a\"] = \"3\"; d.Remove(\"x\"); return d;", World.Context);
        Assert.Equal(new Dictionary<string, string> { ["a"] = "3" }, arguments);
    }

    [Fact]
    public void Dictionary_NullIsNull_AndNullValuesAreLeftOut()
    {
        Assert.Null(Arguments("return null;", World.Context));
        Assert.Equal(["a"], Arguments("return new Dictionary<string, string> { { \"a\", \"1\" }, { \"b\", null } };", World.Context)!.Keys);
    }

    [Fact]
    public void Dictionary_WithComparer_KeepsIt()
    {
        var arguments = Arguments("var d = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase); d[\"A\"] = \"1\"; d[\"a\"] = \"2\"; return d;", World.Context);
        Assert.Equal("2", Assert.Single(arguments!).Value);
    }

    [Fact]
    public void Dictionary_SameKeyTwice_IsAnErrorResult()
    {
        var value = World.Compile("C#:user:return new Dictionary<string, string> { { \"a\", \"1\" }, { \"a\", \"2\" } };", use: ValueUse.Dictionary);
        Assert.NotNull(value.Evaluate(World.Ada(), World.Context).Error);
    }

    [Fact]
    public void Order_MayBeNull()
    {
        Assert.Equal("none", Answer("r = provisioningOrder == null ? \"none\" : \"one\";", null));
        Assert.Equal("one", Answer("r = provisioningOrder == null ? \"none\" : \"one\";", Order()));
        Assert.Equal("no", Answer("r = provisioningOrder?.HasChanged(\"x\") == true ? \"yes\" : \"no\";", null));
        var value = World.Compile("C#:user:provisioningOrder.HasChanged(\"x\"); return null;", use: ValueUse.Dictionary);
        Assert.Contains("null", value.Evaluate(World.Ada(), World.Context).Error);
    }

    [Theory]
    [InlineData(OrderChangeType.None, "N")]
    [InlineData(OrderChangeType.Added, "A")]
    [InlineData(OrderChangeType.Modified, "U")]
    [InlineData(OrderChangeType.Deleted, "D")]
    public void ChangeType_IsTold(OrderChangeType type, string expected) => Assert.Equal(expected, Answer(
        "var t = provisioningOrder.ChangeType; r = (t.IsNone() ? \"N\" : \"\") + (t.IsAdded() ? \"A\" : \"\")"
        + " + (t.IsUpdated() ? \"U\" : \"\") + (provisioningOrder.ChangeType.IsDeleted() ? \"D\" : \"\");",
        Order(type)));

    [Theory]
    [InlineData("""{ "mail": "a@b" }""", "True")]
    [InlineData("""{ "mail": null }""", "True")]
    [InlineData("""{ "mail_add": [] }""", "True")]
    [InlineData("""{ "mail_remove": [] }""", "True")]
    [InlineData("""{ "mails": "a@b", "Mail": "x" }""", "False")]
    public void HasChanged_LooksAtThePropertyAndItsLists(string changes, string expected) =>
        Assert.Equal(expected, Answer("r = $\"{provisioningOrder.HasChanged(\"mail\")}\";", Order(changes: changes)));

    [Theory]
    [InlineData("""{ "mail": "a@b" }""", "True a@b")]
    [InlineData("""{ "mail": null }""", "True ")]
    [InlineData("""{ "mail": { "Id": 5 } }""", "False ")]
    [InlineData("""{ "mail": [ 1 ] }""", "False ")]
    [InlineData("""{ }""", "False ")]
    public void TryGetScalar_GivesTheNewValue(string changes, string expected)
    {
        Assert.Equal(expected, Answer("var found = provisioningOrder.TryGetScalar(\"mail\", out var v); r = found + \" \" + v;", Order(changes: changes)));
        Assert.Equal(expected, Answer("string v; var found = provisioningOrder.TryGetScalar(\"mail\", out v); r = found + \" \" + v;", Order(changes: changes)));
        Assert.Equal(expected, Answer("if (provisioningOrder.TryGetScalar(\"mail\", out string v)) r = \"True \" + v; else r = \"False \";", Order(changes: changes)));
    }

    [Theory]
    [InlineData("Added", """{ "memberOf_add": [ { "Id": 7, "cn": "x" }, { "Id": 9 } ], "memberOf_remove": [ { "Id": 1 } ] }""", "True 7,9")]
    [InlineData("Removed", """{ "memberOf_add": [ { "Id": 7 } ], "memberOf_remove": [ { "Id": 1 }, { "Id": 2 } ] }""", "True 1,2")]
    [InlineData("Removed", """{ "memberOf_add": [ { "Id": 7 } ] }""", "False ")]
    [InlineData("Added", """{ "memberOf": { "Id": 4, "cn": "boss" } }""", "True 4")]
    [InlineData("Added", """{ "memberOf": null }""", "False ")]
    [InlineData("Added", """{ "memberOf_add": [] }""", "True ")]
    [InlineData("Added", """{ "memberOf_add": [ null, "x", { "cn": "no id" }, { "Id": "x" }, { "Id": "8" }, { "Id": 3 } ] }""", "True 8,3")]
    public void TryGetNavigations_GiveIds(string which, string changes, string expected) => Assert.Equal(expected, Answer(
        $"var found = provisioningOrder.TryGet{which}Navigations(\"memberOf\", out var ids); r = found + \" \" + (found ? string.Join(\",\", ids) : null);",
        Order(changes: changes)));

    [Fact]
    public void Navigations_CanBeUsedAsAList() => Assert.Equal("9 2 7", Answer(
        "if (provisioningOrder.TryGetAddedNavigations(\"m\", out var ids)) { foreach (var i in ids) { r = i + \" \" + ids.Count + \" \" + ids[0]; } }",
        Order(changes: """{ "m_add": [ { "Id": 7 }, { "Id": 9 } ] }""")));

    [Fact]
    public void Assignment_GivesDatesAndParameters()
    {
        var assignment = new AssignmentInformation(new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc), null, "p=1");
        var context = World.Context with { Assignment = assignment };
        Assert.Equal("20260102000000", World.Run("return assignment.StartDate;", context: context).Value);
        Assert.Null(World.Run("return assignment.EndDate;", context: context).Value);
        Assert.Equal("p=1", World.Run("return assignment.ParametersValues;", context: context).Value);
        Assert.Equal("2026-01-05", World.Run("return assignment.StartDate?.AddDays(3).ToString(\"yyyy-MM-dd\");", context: context).Value);
        Assert.Equal("open", World.Run("return assignment.EndDate.HasValue ? \"ends\" : \"open\";", context: context).Value);
        Assert.Equal("later", World.Run("return assignment.EndDate < DateTime.Now ? \"over\" : \"later\";", context: context).Value);
    }

    [Fact]
    public void Assignment_WhereThereIsNone_IsAnErrorResultOrNull()
    {
        Assert.Contains("StartDate", World.Run("return assignment.StartDate;").Error);
        Assert.Equal("none", World.Run("return assignment?.StartDate == null ? \"none\" : \"some\";").Value);
        Assert.Equal("none", World.Run("return assignment == null ? \"none\" : \"some\";").Value);
    }

    [Theory]
    [InlineData("return provisioningOrder.ToString();")]
    [InlineData("return provisioningOrder.ChangeType.ToString();")]
    [InlineData("return provisioningOrder;")]
    [InlineData("return assignment;")]
    [InlineData("provisioningOrder = null; return 1;")]
    [InlineData("assignment = null; return 1;")]
    [InlineData("return $\"{assignment}\";")]
    [InlineData("return \"\" + provisioningOrder;")]
    [InlineData("return new { provisioningOrder };")]
    [InlineData("object o = provisioningOrder; return o.ToString();")]
    public void ImplicitVariables_GiveNothingElse(string body) => World.Refused(body);
}
