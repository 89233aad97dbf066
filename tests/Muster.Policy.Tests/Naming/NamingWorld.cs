namespace Muster.Policy.Tests.Naming;

/// <summary>People with accounts in a directory whose groups become roles by naming rules.</summary>
internal static class NamingWorld
{
    /// <summary>Groups have labels and kinds, and badges are links of another kind of owner.</summary>
    public static string Model { get; } = Given.Model
        .Replace(
            "<Property Identifier=\"Members\" Type=\"ForeignKey\" />",
            "<Property Identifier=\"Label\" Type=\"String\" /><Property Identifier=\"Kind\" Type=\"String\" /><Property Identifier=\"Size\" Type=\"Int32\" /><Property Identifier=\"Members\" Type=\"ForeignKey\" />",
            StringComparison.Ordinal)
        .Replace(
            "<Policy Identifier=\"P\"",
            "<Policy Identifier=\"Elsewhere\" DisplayName_L1=\"Elsewhere\" IsExternal=\"true\" /><Policy Identifier=\"Roles\" DisplayName_L1=\"Roles\" IsProvisioningEnabled=\"true\" GracePeriod=\"60\" MaxDuration=\"1440\" /><Policy Identifier=\"P\"",
            StringComparison.Ordinal);

    public static string Mapping(string attributes = "", string children = "", string identifier = "Groups") =>
        $"<RoleMapping Identifier=\"{identifier}\" Policy=\"P\" ResourceType=\"User\" Property=\"Groups\" {attributes}>{children}</RoleMapping>";

    public static string Conf(string mappings, string more = "", string navigation = "") =>
        $"""
        {Given.Context}
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
          <TypeRule Policy="P" />
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          {navigation}
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        {more}
        {mappings}
        """;

    /// <summary>Anna is in the first group, Bert in none.</summary>
    public static PolicyWorld Of(string policy, params string[] groups)
    {
        var world = new PolicyWorld(policy, Model) { BuildsRoleModel = true };
        world.Put("Department", "Sales");
        foreach (var group in groups)
        {
            world.Put("Group", group, ("Label", $"The {group}"));
        }

        foreach (var (number, login) in new[] { ("001", "anna"), ("002", "bert") })
        {
            world.Put("Person", number, ("Login", login), ("Department", "Sales"));
            world.Put("Account", $"cn={login}", ("Login", login));
        }

        if (groups.Length > 0)
        {
            world.Link("Account", "Groups", "cn=anna", groups[0]);
        }

        world.Job(dirty: true);
        return world;
    }

    public static string Roles(this PolicyWorld world, string person) =>
        string.Join(' ', world.Of(person).Roles.Select(r => $"{r.Role}:{(int)r.WorkflowState}").Order(StringComparer.Ordinal));

    /// <summary>What naming rules have made, as the dump tells it: role, name and category of each value.</summary>
    public static string Named(this PolicyWorld world) => string.Join('\n', world.Snapshot().Split('\n')
        .Where(l => l.StartsWith("{\"namedRole\"", StringComparison.Ordinal))
        .Select(l => System.Text.Json.Nodes.JsonNode.Parse(l)!)
        .Select(n => $"{n["value"]} -> {n["namedRole"]} '{n["displayName"]}'{(n["category"] is { } category ? $" in {category}" : "")}"));
}
