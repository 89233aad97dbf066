namespace Muster.Policy.Tests.RoleModel;

/// <summary>People whose records have a contract (the default section) and a position in a department, each with dates.</summary>
internal static class RecordWorld
{
    private const string Model = Given.Model +
        """
        <EntityType Identifier="Record" DisplayName_L1="Record">
          <Property Identifier="Number" Type="String" IsKey="true" />
          <Property Identifier="Owner" Type="ForeignKey" />
          <Property Identifier="ContractStart" Type="DateTime" />
          <Property Identifier="ContractEnd" Type="DateTime" />
          <Property Identifier="PositionStart" Type="DateTime" />
          <Property Identifier="PositionEnd" Type="DateTime" />
          <Property Identifier="Position" Type="String" />
          <Property Identifier="Level" Type="String" />
          <Property Identifier="Desk" Type="ForeignKey" />
        </EntityType>
        <EntityTypeMapping Identifier="Record" Connector="HR" ConnectionTable="Records">
          <Property Identifier="Number" ConnectionColumn="Number" IsPrimaryKey="true" />
        </EntityTypeMapping>
        <EntityAssociation Identifier="Record_Desk" Property1="Department:Desks" IsProperty1Collection="true" Property2="Record:Desk" />
        <EntityAssociation Identifier="Person_Records" Property1="Person:Records" IsProperty1Collection="true" Property2="Record:Owner" />
        <EntityAssociation Identifier="Account_Primary" Property1="Group:Primaries" IsProperty1Collection="true" Property2="Account:Primary" />
        """;

    private static readonly string WithNavigations = Model
        .Replace("<Property Identifier=\"Name\" Type=\"String\" />", "<Property Identifier=\"Name\" Type=\"String\" /><Property Identifier=\"Records\" Type=\"ForeignKey\" />", StringComparison.Ordinal)
        .Replace("<Property Identifier=\"Children\" Type=\"ForeignKey\" />", "<Property Identifier=\"Children\" Type=\"ForeignKey\" /><Property Identifier=\"Desks\" Type=\"ForeignKey\" />", StringComparison.Ordinal)
        .Replace("<Property Identifier=\"Secret\" Type=\"String\" />", "<Property Identifier=\"Secret\" Type=\"String\" /><Property Identifier=\"Primary\" Type=\"ForeignKey\" />", StringComparison.Ordinal)
        .Replace("<Property Identifier=\"Members\" Type=\"ForeignKey\" />", "<Property Identifier=\"Members\" Type=\"ForeignKey\" /><Property Identifier=\"Primaries\" Type=\"ForeignKey\" />", StringComparison.Ordinal);

    /// <summary>Context rule and sections; the attributes are those of the position.</summary>
    public static string Sections(string position = "", string property = "", string contract = "", string rule = "") =>
        $"""
        <ContextRule Identifier="Context" DisplayName_L1="Context" Policy="P" SourceEntityType="Person" ResourcesBinding="Records" B0="Record:Desk" {rule} />
        <RecordSection Identifier="Contract" DisplayName_L1="Contract" SourceEntityType="Person" ResourceEntityType="Record"
            StartProperty="ContractStart" EndProperty="ContractEnd" {contract} />
        <RecordSection Identifier="Position" DisplayName_L1="Position" SourceEntityType="Person" ResourceEntityType="Record"
            StartProperty="PositionStart" EndProperty="PositionEnd" {position}>
          <Property Property="Desk" {property} />
          <Property Property="Level" />
          <Property Property="Position" />
        </RecordSection>
        """;

    public static string Accounts(string rules = "") =>
        $"""
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
        <SingleRoleRule Role="Staff" Policy="P" D0="Sales" L0="true" />
        <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
          <TypeRule Policy="P" />
          <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
          <NavigationRule Policy="P" Property="Groups" Resource="sales-staff" SingleRole="Staff" />
          {rules}
        </ResourceType>
        <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
        """;

    public static string ModelXml => WithNavigations;

    /// <summary>Departments, groups, and anna without records; today is 10 January 2026.</summary>
    public static PolicyWorld With(string policy)
    {
        var world = new PolicyWorld(policy, ModelXml);
        world.Put("Department", "Sales");
        world.Put("Department", "North", ("Parent", "Sales"));
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Group", "it-staff");
        world.Put("Person", "001", ("Login", "anna"));
        return world;
    }

    /// <summary>A record of anna; dates are month and day of 2026.</summary>
    public static void Record(this PolicyWorld world, string id, string? contract, string? position, string? desk, string? name = null, string? level = null)
    {
        var (contractStart, contractEnd) = Dates(contract);
        var (positionStart, positionEnd) = Dates(position);
        world.Put(
            "Record", id, ("Owner", "001"), ("ContractStart", contractStart), ("ContractEnd", contractEnd), ("PositionStart", positionStart), ("PositionEnd", positionEnd),
            ("Desk", desk), ("Position", name), ("Level", level));
    }

    /// <summary>As <c>0110-0228</c>; a missing side is no date.</summary>
    private static (string? Start, string? End) Dates(string? text)
    {
        var parts = (text ?? "-").Split('-');
        return (Date(parts[0]), Date(parts[1]));

        static string? Date(string day) => day.Length == 0 ? null : $"2026{day}000000";
    }
}
