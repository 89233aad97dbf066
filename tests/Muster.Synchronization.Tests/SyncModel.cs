namespace Muster.Synchronization.Tests;

/// <summary>
/// Two connectors with all shapes of associations: HR has people (with a manager by login, a buddy one to one) in organisations; AD has groups
/// with members and an owner in HR's people.
/// </summary>
internal static class SyncModel
{
    public static readonly string[] Person = ["Pid", "Name", "Login", "Level"];

    public static readonly string[] Org = ["Code", "Title"];

    public static readonly string[] Group = ["Gid", "Dn", "Name"];

    /// <param name="connectorThresholds">Attributes of the connector HR.</param>
    /// <param name="personThresholds">Attributes of the mapping of Person.</param>
    /// <param name="linkThresholds">Attributes of the mapping of Person_Org.</param>
    public static string Xml(string connectorThresholds = "", string personThresholds = "", string linkThresholds = "", string nameAttributes = "") => $"""
        <Agent Identifier="Local" DisplayName_L1="Local" />
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" {connectorThresholds} />
        <Connection Identifier="HRFiles" Connector="HR" DisplayName_L1="HR" Package="Muster.Csv" />
        <Connector Identifier="AD" DisplayName_L1="AD" Agent="Local" />
        <Connection Identifier="ADFiles" Connector="AD" DisplayName_L1="AD" Package="Muster.Csv" />
        <EntityType Identifier="Person" DisplayName_L1="Person">
          <Property Identifier="Pid" IsKey="true" />
          <Property Identifier="Name" {nameAttributes} />
          <Property Identifier="Login" />
          <Property Identifier="Level" Type="Int32" />
          <Property Identifier="Note" />
          <Property Identifier="Org" Type="ForeignKey" />
          <Property Identifier="Manager" Type="ForeignKey" />
          <Property Identifier="Reports" Type="ForeignKey" />
          <Property Identifier="Buddy" Type="ForeignKey" />
          <Property Identifier="BuddyOf" Type="ForeignKey" />
          <Property Identifier="Groups" Type="ForeignKey" />
          <Property Identifier="OwnedGroups" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Org" DisplayName_L1="Org">
          <Property Identifier="Code" IsKey="true" />
          <Property Identifier="Title" />
          <Property Identifier="Persons" Type="ForeignKey" />
        </EntityType>
        <EntityType Identifier="Group" DisplayName_L1="Group">
          <Property Identifier="Gid" IsKey="true" />
          <Property Identifier="Dn" />
          <Property Identifier="Name" />
          <Property Identifier="Members" Type="ForeignKey" />
          <Property Identifier="Owner" Type="ForeignKey" />
        </EntityType>
        <EntityTypeMapping Identifier="Person" Connector="HR" ConnectionTable="people" {personThresholds}>
          <Property Identifier="Pid" ConnectionColumn="id" IsPrimaryKey="true" />
          <Property Identifier="Name" ConnectionColumn="name" />
          <Property Identifier="Login" ConnectionColumn="login" IsUniqueKey="true" />
          <Property Identifier="Level" ConnectionColumn="level" />
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="Org" Connector="HR" ConnectionTable="orgs">
          <Property Identifier="Code" ConnectionColumn="code" IsPrimaryKey="true" />
          <Property Identifier="Title" ConnectionColumn="title" />
        </EntityTypeMapping>
        <EntityTypeMapping Identifier="Group" Connector="AD" ConnectionTable="groups">
          <Property Identifier="Gid" ConnectionColumn="gid" IsPrimaryKey="true" />
          <Property Identifier="Dn" ConnectionColumn="dn" IsUniqueKey="true" />
          <Property Identifier="Name" ConnectionColumn="name" />
        </EntityTypeMapping>
        <EntityAssociation Identifier="Person_Org" Property1="Org:Persons" IsProperty1Collection="true" Property2="Person:Org" />
        <EntityAssociation Identifier="Person_Manager" Property1="Person:Reports" IsProperty1Collection="true" Property2="Person:Manager" />
        <EntityAssociation Identifier="Person_Buddy" Property1="Person:Buddy" Property2="Person:BuddyOf" />
        <EntityAssociation Identifier="Group_Members" Property1="Group:Members" IsProperty1Collection="true" Property2="Person:Groups" IsProperty2Collection="true" />
        <EntityAssociation Identifier="Group_Owner" Property1="Group:Owner" Property2="Person:OwnedGroups" IsProperty2Collection="true" />
        <EntityAssociationMapping Identifier="Person_Org" Connector="HR" ConnectionTable="people" Column1="org" EntityPropertyMapping1="Org:Code"
            Column2="id" EntityPropertyMapping2="Person:Pid" {linkThresholds} />
        <EntityAssociationMapping Identifier="Person_Manager" Connector="HR" ConnectionTable="people" Column1="manager" EntityPropertyMapping1="Person:Login"
            Column2="id" EntityPropertyMapping2="Person:Pid" />
        <EntityAssociationMapping Identifier="Person_Buddy" Connector="HR" ConnectionTable="people" Column1="id" EntityPropertyMapping1="Person:Pid"
            Column2="buddy" EntityPropertyMapping2="Person:Login" />
        <EntityAssociationMapping Identifier="Group_Members" Connector="AD" ConnectionTable="members" Column1="dn" EntityPropertyMapping1="Group:Dn"
            Column2="member" EntityPropertyMapping2="Person:Login" />
        <EntityAssociationMapping Identifier="Group_Owner" Connector="AD" ConnectionTable="groups" Column1="gid" EntityPropertyMapping1="Group:Gid"
            Column2="owner" EntityPropertyMapping2="Person:Login" />
        """;
}
