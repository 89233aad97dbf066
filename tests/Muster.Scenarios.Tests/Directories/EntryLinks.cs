namespace Muster.Scenarios.Tests.Directories;

/// <summary>The links that every directory has: the tree, and the members of groups.</summary>
internal static class EntryLinks
{
    public const string Properties = """
        <Property Identifier="parent" DisplayName_L1="Parent" Type="ForeignKey" />
        <Property Identifier="children" DisplayName_L1="Children" Type="ForeignKey" />
        <Property Identifier="member" DisplayName_L1="Members" Type="ForeignKey" />
        <Property Identifier="memberOf" DisplayName_L1="Groups" Type="ForeignKey" />
        """;

    /// <param name="table">The table of entries.</param>
    public static string Associations(string table) => $"""
        <EntityAssociation Identifier="Dir_parent" IsProperty1Collection="true" Property1="Dir_Entry:children" Property2="Dir_Entry:parent" />
        <EntityAssociation Identifier="Dir_member" IsProperty1Collection="true" IsProperty2Collection="true" Property1="Dir_Entry:member" Property2="Dir_Entry:memberOf" />
        <EntityAssociationMapping Identifier="Dir_parent" Connector="Dir" ConnectionTable="{table}"
            Column1="parentdn" EntityPropertyMapping1="Dir_Entry:dn" Column2="dn" EntityPropertyMapping2="Dir_Entry:dn" />
        <EntityAssociationMapping Identifier="Dir_member" Connector="Dir" ConnectionTable="dir_member"
            Column1="dn" EntityPropertyMapping1="Dir_Entry:dn" Column2="member" EntityPropertyMapping2="Dir_Entry:dn" />
        """;
}
