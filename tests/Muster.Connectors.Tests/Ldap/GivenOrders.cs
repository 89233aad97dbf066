using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Elements;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Connectors.Fulfilment;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Orders for a directory, and their fulfilment.</summary>
internal static class GivenOrders
{
    /// <summary>New accounts get a password that is as complex as a domain demands.</summary>
    public static PasswordPolicy GeneratedPasswords { get; } = new()
    {
        Identifier = "P",
        Mode = PasswordResetMode.OneWay,
        IsGenerated = true,
        Length = 14,
        LowerCaseLetters = 4,
        UpperCaseLetters = 3,
        Digits = 3,
        Symbols = 2,
    };

    /// <summary>An account of Active Directory, whose login is its own.</summary>
    public static ProvisioningOrder User(GivenServer given, string cn, params (string Property, string Value)[] values) =>
        Add(given, cn, [("login", $"u{Guid.NewGuid():N}"[..16]), .. values]);

    public static JsonObject Named(string dn) => new() { ["Id"] = dn, ["dn"] = dn };

    public static ProvisioningOrder Add(GivenServer given, string cn, params (string Property, string Value)[] values)
    {
        var changes = new JsonObject { ["cn"] = cn, ["parent"] = Named(given.Unit) };
        foreach (var (property, value) in values)
        {
            changes[property] = value;
        }

        return Order(OrderChangeType.Added, null, changes);
    }

    public static ProvisioningOrder Order(OrderChangeType type, JsonObject? resource, JsonObject changes, string resourceType = "Accounts") => new()
    {
        Id = Guid.NewGuid(),
        AssignedResourceTypeId = 5,
        ChangeType = type,
        ResourceType = resourceType,
        Connector = "HR",
        Owner = [],
        Resource = resource?.DeepClone() as JsonObject,
        Changes = changes,
    };

    public static async Task<List<OrderResult>> FulfillAsync(GivenServer given, params ProvisioningOrder[] orders)
    {
        var fulfiller = new Fulfiller(given.Given.Settings, given.Given.Folders, ConnectorRegistry.Default, TimeProvider.System, NullLogger<Fulfiller>.Instance);
        var request = new FulfillTaskRequest
        {
            Connection = given.Given.Connection,
            ResourceTypes = new Dictionary<string, ResourceType> { ["Accounts"] = given.Accounts, ["Groups"] = given.Groups },
        };
        var results = new List<OrderResult>();
        await foreach (var result in fulfiller.FulfillAsync(orders, request, given.Given.Reporter, CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }
}

internal static class MappingChanges
{
    public static void UseClasses(this ResourceTypeMapping mapping, string name)
    {
        var list = (string[])mapping.DefaultObjectClasses;
        list[^1] = name;
    }

    public static void UsePassword(this ResourceTypeMapping mapping, PasswordPolicy policy) => mapping.ResourceType.Mapping = new ResourceTypeMapping
    {
        ResourceType = mapping.ResourceType,
        Kind = mapping.Kind,
        Connection = mapping.Connection,
        DefaultObjectClasses = mapping.DefaultObjectClasses,
        Settings = mapping.Settings,
        Properties = mapping.Properties,
        Password = policy,
    };

    public static void AllowTreeDelete(this ResourceTypeMapping mapping) => ((Dictionary<string, string>)mapping.Settings)["UseTreeDelete"] = "true";
}
