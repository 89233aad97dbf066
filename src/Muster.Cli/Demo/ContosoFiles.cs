using System.Globalization;
using System.Text;

namespace Muster.Cli.Demo;

/// <summary>Writes the sources of the Contoso example: HR as CSV, the directory as LDIF.</summary>
public static class ContosoFiles
{
    private const string Suffix = "dc=contoso,dc=example";
    private const string PeopleHeader = "Employee Id,First name,Last name,Organization,Title,Location,Manager,Start date,End date,Status";

    private static readonly (string Name, Func<ContosoPerson, bool> Has)[] Groups =
    [
        ("staff", _ => true),
        ("finance", p => p.Organization.StartsWith("FIN", StringComparison.Ordinal)),
        ("it", p => p.Organization.StartsWith("IT", StringComparison.Ordinal)),
        ("sales", p => p.Organization.StartsWith("SAL", StringComparison.Ordinal)),
        ("research", p => p.Organization.StartsWith("RND", StringComparison.Ordinal)),
        ("managers", p => p.Title == "MGR"),
        ("administrators", p => p.Title == "SYSADM" && p.Organization.StartsWith("IT", StringComparison.Ordinal)),
    ];

    /// <summary>Writes all files of the first day into a folder, the directory included.</summary>
    public static void WriteFirstDay(ContosoCompany company, string folder)
    {
        Directory.CreateDirectory(folder);
        WriteExtracts(company, folder);
        File.WriteAllText(Path.Combine(folder, "hr_titles.csv"), Titles, Encoding);
        File.WriteAllText(Path.Combine(folder, "hr_locations.csv"), Locations, Encoding);
        WriteNoChanges(folder);
        using var writer = Create(Path.Combine(folder, "directory.ldif"));
        WriteDirectory(company, writer);
    }

    /// <summary>Writes the extracts of the next day, and the people that differ as a change list.</summary>
    public static void WriteNextDay(ContosoCompany company, string folder)
    {
        WriteExtracts(company, folder);
        using var writer = Create(Path.Combine(folder, "hr_people_changes.csv"));
        writer.Write($"command,{PeopleHeader}\n");
        foreach (var (before, now) in company.Changes())
        {
            if (now is null)
            {
                writer.Write($"delete,{before!.EmployeeId},,,,,,,,,\n");
            }
            else if (before != now)
            {
                writer.Write($"{(before is null ? "insert" : "update")},{Row(now)}\n");
            }
        }
    }

    /// <summary>Writes a change list without changes.</summary>
    public static void WriteNoChanges(string folder) =>
        File.WriteAllText(Path.Combine(folder, "hr_people_changes.csv"), $"command,{PeopleHeader}\n", Encoding);

    private static UTF8Encoding Encoding { get; } = new(false);

    private const string Titles =
        "Code,Label\nMGR,Manager\nANALYST,Analyst\nASSIST,Assistant\nDEV,Developer\nSYSADM,System administrator\nSALES,Sales representative\n"
        + "CONTROL,Controller\nLAWYER,Lawyer\nENG,Engineer\nRESEARCH,Researcher\n";

    private const string Locations =
        "Code;Label;Country\nPAR;Paris;France\nCPH;København;Danmark\nBER;Berlin;Deutschland\nLIS;Lisboa;Portugal\nTYO;Tokyo;Japan\n";

    private static void WriteExtracts(ContosoCompany company, string folder)
    {
        using (var organizations = Create(Path.Combine(folder, "hr_organizations.csv")))
        {
            organizations.Write("Code,Label,Parent\n");
            foreach (var organization in company.Organizations)
            {
                organizations.Write($"{organization.Code},{organization.Label},{organization.Parent}\n");
            }
        }

        using var people = Create(Path.Combine(folder, "hr_people.csv"));
        people.Write($"{PeopleHeader}\n");
        foreach (var person in company.People)
        {
            people.Write($"{Row(person)}\n");
        }
    }

    private static string Row(ContosoPerson person) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{person.EmployeeId},{person.FirstName},{person.LastName},{person.Organization},{person.Title},{person.Location},{(person.Manager is { } manager ? ContosoPerson.IdOf(manager) : "")},{person.StartDate},{person.EndDate},{person.Status}");

    private static StreamWriter Create(string path) => new(path, false, Encoding, 1 << 16);

    /// <summary>Nine of ten people have an account; one account in twenty has another mail address, and one in twelve lacks its groups.</summary>
    private static void WriteDirectory(ContosoCompany company, StreamWriter writer)
    {
        var labels = company.Organizations.ToDictionary(o => o.Code, o => o.Label);
        var accounts = company.People.Where(p => p.Number % 10 != 0);
        writer.Write("version: 1\n\n");
        Entry(writer, Suffix, 1, ("objectClass", "top"), ("objectClass", "dcObject"), ("objectClass", "organization"), ("o", "Contoso"), ("dc", "contoso"));
        Entry(writer, $"ou=people,{Suffix}", 2, ("objectClass", "top"), ("objectClass", "organizationalUnit"), ("ou", "people"));
        Entry(writer, $"ou=groups,{Suffix}", 3, ("objectClass", "top"), ("objectClass", "organizationalUnit"), ("ou", "groups"));
        Entry(writer, $"cn=directory manager,{Suffix}", 4, ("objectClass", "top"), ("objectClass", "organizationalRole"), ("cn", "directory manager"));
        foreach (var person in accounts)
        {
            var fullName = $"{person.FirstName} {person.LastName}";
            var mail = person.Number % 20 == 7 ? $"{person.Login}@old.contoso.example" : $"{person.Login}@contoso.example";
            Entry(
                writer,
                $"uid={person.Login},ou=people,{Suffix}",
                1000 + person.Number,
                ("objectClass", "top"),
                ("objectClass", "person"),
                ("objectClass", "organizationalPerson"),
                ("objectClass", "inetOrgPerson"),
                ("uid", person.Login),
                ("cn", fullName),
                ("sn", person.LastName),
                ("givenName", person.FirstName),
                ("mail", mail),
                ("employeeNumber", person.EmployeeId),
                ("ou", labels[person.Organization]),
                ("nsAccountLock", "FALSE"));
        }

        Entry(
            writer, $"uid=svc-backup,ou=people,{Suffix}", 10, ("objectClass", "top"), ("objectClass", "person"), ("objectClass", "organizationalPerson"),
            ("objectClass", "inetOrgPerson"), ("uid", "svc-backup"), ("cn", "Backup service"), ("sn", "Backup"));
        foreach (var (group, index) in Groups.Select((g, index) => (g, index)))
        {
            Line(writer, "dn", $"cn={group.Name},ou=groups,{Suffix}");
            Lines(writer, ("objectClass", "top"), ("objectClass", "groupOfNames"), ("cn", group.Name), ("member", $"cn=directory manager,{Suffix}"));
            foreach (var member in accounts.Where(p => group.Has(p) && p.Number % 12 != 5))
            {
                Line(writer, "member", $"uid={member.Login},ou=people,{Suffix}");
            }

            End(writer, 100 + index);
        }
    }

    private static void Entry(StreamWriter writer, string dn, int number, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Line(writer, "dn", dn);
        Lines(writer, attributes);
        End(writer, number);
    }

    private static void Lines(StreamWriter writer, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            Line(writer, name, value);
        }
    }

    private static void End(StreamWriter writer, int number)
    {
        Line(writer, "entryUUID", $"00000000-0000-4000-8000-{number.ToString("x12", CultureInfo.InvariantCulture)}");
        writer.Write('\n');
    }

    private static void Line(StreamWriter writer, string name, string value)
    {
        var isSafe = value.All(c => c is > '\0' and < '\u0080' and not '\n' and not '\r') && !value.StartsWith(' ') && !value.StartsWith(':') && !value.StartsWith('<');
        writer.Write(isSafe ? $"{name}: {value}\n" : $"{name}:: {Convert.ToBase64String(Encoding.GetBytes(value))}\n");
    }
}
