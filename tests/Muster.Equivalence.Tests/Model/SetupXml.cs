using System.Globalization;


namespace Muster.Equivalence.Tests.Model;

/// <summary>Prints a configuration as the XML that <c>muster</c> reads.</summary>
internal static class SetupXml
{
    private const string NoLimits =
        "MaximumInsertedLines=\"0\" MaximumUpdatedLines=\"0\" MaximumDeletedLines=\"0\" MaximumLinkInsertedLines=\"0\" MaximumLinkDeletedLines=\"0\""
        + " MaxPercentageInsertedLines=\"0\" MaxPercentageUpdatedLines=\"0\" MaxPercentageDeletedLines=\"0\" MaxLinkPercentageInsertedLines=\"0\" MaxLinkPercentageDeletedLines=\"0\"";

    public static string Print(Setup setup)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        text.WriteLine("<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">");
        text.WriteLine("  <Language Code=\"en-US\" IndicatorNumber=\"1\" />");
        text.WriteLine("  <Agent Identifier=\"Local\" DisplayName_L1=\"Local\" />");
        text.WriteLine("  <Profile Identifier=\"Pr1\" DisplayName_L1=\"Pr1\" />");
        text.WriteLine("  <Profile Identifier=\"Pr2\" DisplayName_L1=\"Pr2\" />");
        text.WriteLine("  <OpenIdClient Identifier=\"Job\" DisplayName_L1=\"Jobs\" HashedSecret=\"rVqb3K2rD0mQf0yqBqk0Jm8l1wq1kq9dDq2b2m0yq5E=\" Profile=\"Pr1\" />");
        Connectors(setup, text);
        foreach (var entity in setup.Entities)
        {
            Entity(setup, entity, text);
        }

        foreach (var link in setup.Links)
        {
            Link(setup, link, text);
        }

        Rules(setup, text);
        SetupJobs.Print(setup, text);
        text.WriteLine("</ConfigurationFile>");
        return text.ToString();
    }

    /// <summary>The name of the connection of a table; each CSV file is one.</summary>
    public static string ConnectionOf(string table) => table.Replace('_', '-');

    private static void Connectors(Setup setup, TextWriter text)
    {
        foreach (var connector in setup.CsvConnectors)
        {
            text.WriteLine($"  <Connector Identifier=\"{connector}\" DisplayName_L1=\"{connector}\" Agent=\"Local\" {NoLimits} />");
        }

        foreach (var table in SourceTable.Of(setup))
        {
            var children = setup.Rules.Where(r => r.Parent is null && r.Uses.Contains(table.Name) && r.Xml.StartsWith("<Transformation", StringComparison.Ordinal)).ToList();
            text.Write($"  <Connection Identifier=\"{ConnectionOf(table.Name)}\" Connector=\"{table.Connector}\" DisplayName_L1=\"{table.Name}\" Package=\"Usercube.CSV.Complete@0000001\"");
            text.WriteLine(children.Count == 0 ? " />" : $">{string.Concat(children.Select(c => c.Xml))}</Connection>");
        }

        if (setup.HasOwn)
        {
            text.WriteLine("  <Connector Identifier=\"Own\" DisplayName_L1=\"Own\" Agent=\"Local\" />");
            text.WriteLine("  <Connection Identifier=\"OwnInternal\" Connector=\"Own\" DisplayName_L1=\"Internal\" Package=\"Usercube.InternalResources@0000001\" />");
        }

        if (setup.HasDirectory)
        {
            text.WriteLine($"  <Connector Identifier=\"Dir\" DisplayName_L1=\"Directory\" Agent=\"Local\" {NoLimits} />");
            text.WriteLine("  <Connection Identifier=\"dir\" Connector=\"Dir\" DisplayName_L1=\"Directory file\" Package=\"Muster.Ldif@0000001\" />");
        }
    }

    private static void Entity(Setup setup, EntityPart entity, TextWriter text)
    {
        text.WriteLine($"  <EntityType Identifier=\"{entity.Name}\" DisplayName_L1=\"{entity.Name}\">");
        foreach (var scalar in entity.Scalars)
        {
            text.WriteLine($"    <Property Identifier=\"{scalar.Name}\" Type=\"{scalar.Type}\"{(scalar.Name == entity.Key ? " IsKey=\"true\"" : "")} />");
        }

        foreach (var (end, other) in setup.Links.SelectMany(l => new[] { (End: l.One, Other: l.Two), (End: l.Two, Other: l.One) }).Where(e => e.End.Entity == entity.Name))
        {
            var isGrouped = setup.Entities.Any(e => e.Name == other.Entity && e.Scalars.Any(s => s.Name == end.GroupBy));
            text.WriteLine($"    <Property Identifier=\"{end.Property}\" Type=\"ForeignKey\"{(isGrouped ? $" GroupByProperty=\"{end.GroupBy}\"" : "")} />");
        }

        text.WriteLine("  </EntityType>");
        if (entity.Connector == EntityPart.Own)
        {
            text.WriteLine($"  <EntityTypeMapping Identifier=\"{entity.Name}\" Connector=\"Own\" />");
            return;
        }

        var table = entity.IsCsv ? ConnectionOf(entity.Name) : "dir_entries";
        text.WriteLine($"  <EntityTypeMapping Identifier=\"{entity.Name}\" Connector=\"{entity.Connector}\" ConnectionTable=\"{table}\">");
        foreach (var scalar in entity.Scalars.Where(s => s.IsMapped))
        {
            var format = scalar switch
            {
                { Name: "objectClass" } => " Format=\"multivaluedtext\"",
                { Type: "Int32" } => " Format=\"int32\"",
                _ => "",
            };
            var key = scalar.Name == entity.Key ? " IsPrimaryKey=\"true\"" : scalar.IsUnique ? " IsUniqueKey=\"true\"" : "";
            text.WriteLine($"    <Property Identifier=\"{scalar.Name}\" ConnectionColumn=\"{scalar.Name}\"{format}{key} />");
        }

        text.WriteLine("  </EntityTypeMapping>");
    }

    private static void Link(Setup setup, LinkPart link, TextWriter text)
    {
        text.WriteLine(
            $"  <EntityAssociation Identifier=\"{link.Name}\"{(link.One.IsMany ? " IsProperty1Collection=\"true\"" : "")}{(link.Two.IsMany ? " IsProperty2Collection=\"true\"" : "")}"
            + $" Property1=\"{link.One.Entity}:{link.One.Property}\" Property2=\"{link.Two.Entity}:{link.Two.Property}\" />");
        if (!link.IsMapped || !IsKeyMapped(link.One, link.Key1) || !IsKeyMapped(link.Two, link.Key2))
        {
            return;
        }

        var holder = setup.Entity(link.Holder.Entity);
        var (connector, table, column1, column2) = link.Name switch
        {
            "Dir_parent" => ("Dir", "dir_entries", "parentdn", "dn"),
            "Dir_member" => ("Dir", "dir_member", "dn", "member"),
            _ when link.IsManyToMany => (holder.Connector, ConnectionOf(link.Name), "key1", "key2"),
            _ when link.Holder == link.Two => (holder.Connector, ConnectionOf(holder.Name), link.Name, "Key"),
            _ => (holder.Connector, ConnectionOf(holder.Name), "Key", link.Name),
        };
        text.WriteLine(
            $"  <EntityAssociationMapping Identifier=\"{link.Name}\" Connector=\"{connector}\" ConnectionTable=\"{table}\""
            + $" Column1=\"{column1}\" EntityPropertyMapping1=\"{link.One.Entity}:{link.Key1}\" Column2=\"{column2}\" EntityPropertyMapping2=\"{link.Two.Entity}:{link.Key2}\" />");

        bool IsKeyMapped(LinkEnd end, string key) => setup.Entity(end.Entity).Scalars.Any(s => s.Name == key && s.IsMapped);
    }

    private static void Rules(Setup setup, TextWriter text)
    {
        if (setup.Rules.Any(r => r.Xml.Contains("Policy=\"P\"", StringComparison.Ordinal)))
        {
            text.WriteLine("  <Policy Identifier=\"P\" DisplayName_L1=\"P\" IsProvisioningEnabled=\"true\" />");
        }

        foreach (var rule in setup.Rules.Where(r => r.Parent is null && !r.Xml.StartsWith("<Transformation", StringComparison.Ordinal)))
        {
            var children = setup.Rules.Where(r => r.Parent == rule.Name).ToList();
            if (!rule.Xml.StartsWith("<ResourceType ", StringComparison.Ordinal) && !rule.Xml.StartsWith("<ProfileRuleContext ", StringComparison.Ordinal))
            {
                text.WriteLine($"  {rule.Xml}");
                continue;
            }

            text.WriteLine($"  {rule.Xml[..^" />".Length]}>");
            foreach (var child in children)
            {
                text.WriteLine($"    {child.Xml}");
            }

            text.WriteLine($"  </{rule.Xml[1..rule.Xml.IndexOf(' ', StringComparison.Ordinal)]}>");
        }
    }
}
