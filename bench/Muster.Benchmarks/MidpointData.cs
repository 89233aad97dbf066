using System.Globalization;
using System.Text;

namespace Muster.Benchmarks;

/// <summary>
/// Configuration and data of one of midPoint's system-performance scenarios (performance.md, P8), in Muster's words. A source is a CSV file with a key and its
/// attributes; a five-valued attribute is a text of five lines, as connectors deliver several values. The first source gives the people, each further one gives accounts that
/// are linked to them. A mapping is a computed property of the person for each attribute of each source; a target is an entity type with a scalar rule for each attribute. Roles
/// are given by rules of the person's team: of the assignments of a person half are business roles, which hold two technical roles each, half are technical
/// ones. The same parameters give the same files.
/// </summary>
internal sealed class MidpointData(char scenario)
{
    private const int Values = 5;
    private const int Teams = 10;

    private readonly Parameters _given = scenario switch
    {
        'a' => new Parameters(1, 50, 50, 0, 0, 10_000),
        'b' => new Parameters(1, 200, 200, 0, 0, 10_000),
        'c' => new Parameters(1, 50, 50, 5, 0, 5_000),
        'd' => new Parameters(1, 50, 50, 5, 100, 1_000),
        'e' => new Parameters(3, 50, 50, 3, 50, 1_500),
        _ => throw new FormatException("The scenarios of P8 are a, b, c, d and e."),
    };

    /// <summary>Writes <c>Conf</c>, <c>Sources</c> and the settings.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "Conf"));
        Directory.CreateDirectory(Path.Combine(folder, "Sources"));
        File.WriteAllText(Path.Combine(folder, "Conf", "Midpoint.xml"), Configuration());
        var connections = Enumerable.Range(1, _given.Sources).Select(s => $"\"Source{s}\": {{ \"Path\": \"Sources/source{s}.csv\" }}")
            .Append("\"Teams\": { \"Path\": \"Sources/teams.csv\" }");
        File.WriteAllText(
            Path.Combine(folder, "appsettings.agent.json"),
            $"{{ \"SourcesRootPaths\": [\"Sources\"], \"Connections\": {{ {string.Join(", ", connections)} }} }}\n");
        File.WriteAllText(
            Path.Combine(folder, "Sources", "teams.csv"), "Key\n" + string.Concat(Enumerable.Range(0, Teams).Select(t => $"T{t}\n")));
        for (var source = 1; source <= _given.Sources; source++)
        {
            using var file = new StreamWriter(Path.Combine(folder, "Sources", $"source{source}.csv"), false, new UTF8Encoding(false));
            file.Write($"Key,Team,{string.Join(',', Attributes())}\n");
            for (var account = 0; account < _given.Accounts; account++)
            {
                file.Write(Row(source, account));
            }
        }
    }

    private static string Value(int source, int account, string attribute) =>
        string.Create(CultureInfo.InvariantCulture, $"{attribute}-{source}-{account:D6}");

    private static string Xml(string text) => text.Replace("\"", "&quot;", StringComparison.Ordinal);

    private IEnumerable<string> Attributes() =>
        Enumerable.Range(1, _given.Single).Select(i => $"S{i:D3}").Concat(Enumerable.Range(1, _given.Multiple).Select(i => $"M{i:D3}"));

    private string Row(int source, int account)
    {
        var row = new StringBuilder().Append(CultureInfo.InvariantCulture, $"K{account:D6},T{account % Teams}");
        foreach (var attribute in Attributes())
        {
            var value = Value(source, account, attribute);
            row.Append(',').Append(
                attribute[0] == 'S' ? value : $"\"{string.Join('\n', Enumerable.Range(1, Values).Select(v => $"{value}-{v}"))}\"");
        }

        return row.Append('\n').ToString();
    }

    private string Configuration()
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">\n");
        text.Append(
            "  <Language Code=\"en-US\" IndicatorNumber=\"1\" />\n  <Agent Identifier=\"Local\" DisplayName_L1=\"Local\" />\n"
            + "  <Profile Identifier=\"Job\" DisplayName_L1=\"Jobs\" />\n"
            + "  <OpenIdClient Identifier=\"Job\" DisplayName_L1=\"Jobs\" HashedSecret=\"rVqb3K2rD0mQf0yqBqk0Jm8l1wq1kq9dDq2b2m0yq5E=\" Profile=\"Job\" />\n"
            + "  <Connector Identifier=\"In\" DisplayName_L1=\"In\" Agent=\"Local\" />\n  <Connector Identifier=\"Own\" DisplayName_L1=\"Own\" Agent=\"Local\" />\n"
            + "  <Connection Identifier=\"OwnInternal\" Connector=\"Own\" DisplayName_L1=\"Internal\" Package=\"Usercube.InternalResources@0000001\" />\n"
            + "  <Connection Identifier=\"Teams\" Connector=\"In\" DisplayName_L1=\"Teams\" Package=\"Usercube.CSV.Complete@0000001\" />\n"
            + "  <EntityType Identifier=\"Team\" DisplayName_L1=\"Team\"><Property Identifier=\"Key\" DisplayName_L1=\"Key\" Type=\"String\" IsKey=\"true\" />"
            + "<Property Identifier=\"Persons\" DisplayName_L1=\"Persons\" Type=\"ForeignKey\" /></EntityType>\n"
            + "  <EntityTypeMapping Identifier=\"Team\" Connector=\"In\" ConnectionTable=\"Teams\"><Property Identifier=\"Key\" ConnectionColumn=\"Key\" IsPrimaryKey=\"true\" /></EntityTypeMapping>\n");
        Sources(text);
        if (_given.Targets > 0)
        {
            Policy(text);
        }

        Job(text, "Import", "Initial");
        Job(text, "Again", "Complete");
        Job(text, "Recompute", null);
        return text.Append("</ConfigurationFile>\n").ToString();
    }

    private void Sources(StringBuilder text)
    {
        for (var source = 1; source <= _given.Sources; source++)
        {
            var type = source == 1 ? "Person" : $"Account{source}";
            text.Append(CultureInfo.InvariantCulture, $"  <Connection Identifier=\"Source{source}\" Connector=\"In\" DisplayName_L1=\"Source {source}\" Package=\"Usercube.CSV.Complete@0000001\" />\n");
            text.Append(CultureInfo.InvariantCulture, $"  <EntityType Identifier=\"{type}\" DisplayName_L1=\"{type}\">\n    {Property("Key", true)}\n");
            foreach (var attribute in Attributes())
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Property(attribute)}\n");
            }

            if (source == 1)
            {
                text.Append("    <Property Identifier=\"Team\" DisplayName_L1=\"Team\" Type=\"ForeignKey\" />\n");
                for (var other = 1; other <= _given.Sources; other++)
                {
                    if (other > 1)
                    {
                        text.Append(CultureInfo.InvariantCulture, $"    <Property Identifier=\"Account{other}\" DisplayName_L1=\"Account {other}\" Type=\"ForeignKey\" />\n");
                    }

                    foreach (var attribute in Attributes())
                    {
                        text.Append(CultureInfo.InvariantCulture, $"    {Property($"C{other}{attribute}")}\n");
                    }
                }
            }
            else
            {
                text.Append("    <Property Identifier=\"Owner\" DisplayName_L1=\"Owner\" Type=\"ForeignKey\" />\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  </EntityType>\n  <EntityTypeMapping Identifier=\"{type}\" Connector=\"In\" ConnectionTable=\"Source{source}\">\n    <Property Identifier=\"Key\" ConnectionColumn=\"Key\" IsPrimaryKey=\"true\" />\n");
            foreach (var attribute in Attributes())
            {
                text.Append(CultureInfo.InvariantCulture, $"    <Property Identifier=\"{attribute}\" ConnectionColumn=\"{attribute}\" />\n");
            }

            text.Append("  </EntityTypeMapping>\n");
        }

        Association(text, "Person_Team", "Team:Persons", "Person:Team", "Source1", "Team", "Team:Key", "Person:Key", true);
        for (var source = 2; source <= _given.Sources; source++)
        {
            Association(text, $"Person_Account{source}", $"Person:Account{source}", $"Account{source}:Owner", $"Source{source}", "Key", "Person:Key", $"Account{source}:Key", false);
        }

        for (var source = 1; source <= _given.Sources; source++)
        {
            foreach (var attribute in Attributes())
            {
                var read = source == 1 ? attribute : $"Account{source}?.{attribute}";
                text.Append(CultureInfo.InvariantCulture, $"  <EntityPropertyExpression Identifier=\"Person_C{source}{attribute}\" EntityType=\"Person\" Property=\"C{source}{attribute}\" Expression=\"{Xml($"C#:person:return person.{read};")}\" />\n");
            }
        }
    }

    private static string Property(string identifier, bool isKey = false) =>
        $"<Property Identifier=\"{identifier}\" DisplayName_L1=\"{identifier}\" Type=\"String\" {(isKey ? "IsKey=\"true\" " : "")}/>";

    private static void Association(
        StringBuilder text, string identifier, string one, string two, string table, string column, string key1, string key2, bool isMany) =>
        text.Append(
            CultureInfo.InvariantCulture,
            $"  <EntityAssociation Identifier=\"{identifier}\" DisplayName_L1=\"{identifier}\" Property1=\"{one}\" {(isMany ? "IsProperty1Collection=\"true\" " : "")}Property2=\"{two}\" />\n  <EntityAssociationMapping Identifier=\"{identifier}\" Connector=\"In\" ConnectionTable=\"{table}\" Column1=\"{column}\" EntityPropertyMapping1=\"{key1}\" Column2=\"Key\" EntityPropertyMapping2=\"{key2}\" />\n");

    private void Policy(StringBuilder text)
    {
        text.Append(
            "  <Policy Identifier=\"P\" DisplayName_L1=\"P\" IsProvisioningEnabled=\"true\" />\n"
            + "  <Dimension Identifier=\"Team\" DisplayName_L1=\"Team\" EntityType=\"Team\" ColumnMapping=\"0\" />\n"
            + "  <ContextRule Identifier=\"Contexts\" DisplayName_L1=\"Contexts\" Policy=\"P\" SourceEntityType=\"Person\" B0=\"Person:Team\" />\n");
        if (_given.Assignments > 0)
        {
            Roles(text);
        }

        for (var target = 1; target <= _given.Targets; target++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  <EntityType Identifier=\"Target{target}\" DisplayName_L1=\"Target {target}\">\n    {Property("Key", true)}\n");
            foreach (var attribute in Attributes())
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Property(attribute)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  </EntityType>\n  <EntityTypeMapping Identifier=\"Target{target}\" Connector=\"Own\" />\n");
            text.Append(CultureInfo.InvariantCulture, $"  <ResourceType Identifier=\"Accounts{target}\" DisplayName_L1=\"Accounts {target}\" Policy=\"P\" SourceEntityType=\"Person\" TargetEntityType=\"Target{target}\" BlockProvisioning=\"false\" ApprovalWorkflowType=\"ManualAssignmentNotAllowed\" MaximumInsertPercent=\"0\" MaximumUpdatePercent=\"0\" MaximumDeletePercent=\"0\">\n    <TypeRule />\n    <ScalarRule Property=\"Key\" Binding=\"Person:Key\" />\n");
            foreach (var attribute in Attributes())
            {
                text.Append(CultureInfo.InvariantCulture, $"    <ScalarRule Property=\"{attribute}\" Binding=\"Person:C{((target - 1) % _given.Sources) + 1}{attribute}\" />\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  </ResourceType>\n  <ResourceCorrelationRule ResourceType=\"Accounts{target}\" Policy=\"P\" SourceBinding=\"Person:Key\" TargetBinding=\"Target{target}:Key\" SourceMatchedConfidenceLevel=\"100\" />\n");
        }
    }

    private void Roles(StringBuilder text)
    {
        const int Business = 100;
        const int Technical = 500;
        for (var role = 0; role < Technical; role++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  <SingleRole Identifier=\"Technical{role:D3}\" DisplayName_L1=\"Technical {role}\" EntityType=\"Person\" Policy=\"P\" />\n");
        }

        for (var role = 0; role < Business; role++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  <CompositeRole Identifier=\"Business{role:D3}\" DisplayName_L1=\"Business {role}\" EntityType=\"Person\" Policy=\"P\" />\n");
            for (var part = 0; part < 2; part++)
            {
                text.Append(CultureInfo.InvariantCulture, $"  <SingleRoleRule Role=\"Technical{(role * 2) + part:D3}\" Policy=\"P\" CompositeRole=\"Business{role:D3}\" />\n");
            }
        }

        for (var team = 0; team < Teams; team++)
        {
            for (var role = 0; role < _given.Assignments / 2; role++)
            {
                text.Append(CultureInfo.InvariantCulture, $"  <CompositeRoleRule Role=\"Business{((team * 17) + role) % Business:D3}\" Policy=\"P\" D0=\"T{team}\" />\n");
                text.Append(CultureInfo.InvariantCulture, $"  <SingleRoleRule Role=\"Technical{200 + (((team * 41) + role) % 300):D3}\" Policy=\"P\" D0=\"T{team}\" />\n");
            }
        }
    }

    private void Job(StringBuilder text, string job, string? mode)
    {
        const string Agent = " Agent=\"Local\" OpenIdClient=\"Job\"";
        text.Append(CultureInfo.InvariantCulture, $"  <Job Identifier=\"{job}\" DisplayName_L1=\"{job}\" Agent=\"Local\"{(mode == "Initial" ? " IsInitializationJob=\"true\"" : "")}>\n");
        if (mode is not null)
        {
            foreach (var connection in Enumerable.Range(1, _given.Sources).Select(s => $"Source{s}").Append("Teams"))
            {
                text.Append(CultureInfo.InvariantCulture, $"    <ExportTask Identifier=\"{job}_Export_{connection}\" DisplayName_L1=\"Export\" Level=\"0\"{Agent} Connector=\"In\" Connection=\"{connection}\" IgnoreCookieFile=\"true\" />\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    <PrepareSynchronizationTask Identifier=\"{job}_Prepare\" DisplayName_L1=\"Prepare\" Level=\"1\"{Agent} Connector=\"In\" SynchronizationMode=\"{mode}\" />\n    <SynchronizeTask Identifier=\"{job}_Synchronize\" DisplayName_L1=\"Synchronize\" Level=\"2\" Connector=\"In\" />\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    <UpdateEntityPropertyExpressionsTask Identifier=\"{job}_Expressions\" DisplayName_L1=\"Expressions\" Level=\"4\"><TaskEntityType EntityType=\"Person\" /></UpdateEntityPropertyExpressionsTask>\n");
        if (_given.Targets > 0)
        {
            var targets = string.Concat(Enumerable.Range(1, _given.Targets).Select(t => $"<TaskEntityType EntityType=\"Target{t}\" />"));
            var types = string.Concat(Enumerable.Range(1, _given.Targets).Select(t => $"<TaskResourceType ResourceType=\"Accounts{t}\" />"));
            text.Append(CultureInfo.InvariantCulture, $"    <ComputeCorrelationKeysTask Identifier=\"{job}_Keys\" DisplayName_L1=\"Keys\" Level=\"5\"><TaskEntityType EntityType=\"Person\" />{targets}</ComputeCorrelationKeysTask>\n    <ComputeRoleModelTask Identifier=\"{job}_Roles\" DisplayName_L1=\"Roles\" Level=\"6\"><TaskEntityType EntityType=\"Person\" /></ComputeRoleModelTask>\n    <GenerateProvisioningOrdersTask Identifier=\"{job}_Orders\" DisplayName_L1=\"Orders\" Level=\"7\">{types}</GenerateProvisioningOrdersTask>\n    <FulfillTask Identifier=\"{job}_Fulfill\" DisplayName_L1=\"Fulfill\" Level=\"8\"{Agent}>{types}</FulfillTask>\n");
        }

        text.Append("  </Job>\n");
    }

    /// <param name="Single">Single-valued attributes of each source.</param>
    /// <param name="Multiple">Five-valued attributes of each source.</param>
    /// <param name="Assignments">Of each person.</param>
    private sealed record Parameters(int Sources, int Single, int Multiple, int Targets, int Assignments, int Accounts);
}
