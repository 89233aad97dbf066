using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;

namespace Muster.Expressions.Runtime;

/// <summary>The variable <c>provisioningOrder</c> (rolemodel.md 4.7).</summary>
internal sealed class OrderFacts(ProvisioningOrder order)
{
    public OrderChange Change { get; } = new(order.ChangeType);

    public JsonNode? Changed(string name) => order.Changes.TryGetPropertyValue(name, out var value) ? value : null;

    public bool Has(string name) => order.Changes.ContainsKey(name);
}

/// <summary><c>provisioningOrder.ChangeType</c>.</summary>
internal sealed record OrderChange(OrderChangeType Type);

/// <summary>Members of <c>provisioningOrder</c>.</summary>
[MembersOf("Muster.Surrogates.ProvisioningOrder")]
internal static class OrderMembers
{
    [Getter]
    public static OrderChange ChangeType(OrderFacts self) => self.Change;

    public static bool HasChanged(OrderFacts self, string property) =>
        self.Has(property) || self.Has(property + "_add") || self.Has(property + "_remove");

    /// <summary>The new scalar as canonical text.</summary>
    public static bool TryGetScalar(OrderFacts self, string property, out string? value)
    {
        value = self.Changed(property) is JsonValue scalar ? scalar.ToString() : null;
        return self.Has(property) && (value is not null || self.Changed(property) is null);
    }

    public static bool TryGetAddedNavigations(EvaluationFrame f, OrderFacts self, string property, out List<long>? ids) =>
        Navigations(f, self, property, "_add", out ids);

    public static bool TryGetRemovedNavigations(EvaluationFrame f, OrderFacts self, string property, out List<long>? ids) =>
        Navigations(f, self, property, "_remove", out ids);

    /// <summary>Ids of the resources; a mono-valued navigation counts as added.</summary>
    private static bool Navigations(EvaluationFrame f, OrderFacts self, string property, string suffix, out List<long>? ids)
    {
        ids = null;
        IEnumerable<JsonNode?>? references = self.Changed(property + suffix) as JsonArray;
        if (references is null && suffix == "_add" && self.Changed(property) is JsonObject one && one.ContainsKey("Id"))
        {
            references = [one];
        }

        if (references is null)
        {
            return false;
        }

        ids = LinqMembers.ToList(f, references.Select(Id).OfType<long>());
        return true;
    }

    /// <summary>Order files hold ids as texts.</summary>
    private static long? Id(JsonNode? reference) =>
        reference is JsonObject entry && entry["Id"] is JsonValue value
        && long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

/// <summary>Members of <c>provisioningOrder.ChangeType</c>.</summary>
[MembersOf("Muster.Surrogates.OrderChange")]
internal static class OrderChangeMembers
{
    public static bool IsNone(OrderChange self) => self.Type == OrderChangeType.None;

    public static bool IsAdded(OrderChange self) => self.Type == OrderChangeType.Added;

    public static bool IsUpdated(OrderChange self) => self.Type == OrderChangeType.Modified;

    public static bool IsDeleted(OrderChange self) => self.Type == OrderChangeType.Deleted;
}

/// <summary>Members of <c>assignment</c>.</summary>
[MembersOf("Muster.Surrogates.AssignmentInformation")]
internal static class AssignmentMembers
{
    [Getter]
    public static DateTime? StartDate(AssignmentInformation self) => self.StartDate;

    [Getter]
    public static DateTime? EndDate(AssignmentInformation self) => self.EndDate;

    [Getter]
    public static string? ParametersValues(AssignmentInformation self) => self.ParametersValues;
}
