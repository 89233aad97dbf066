using System.Globalization;
using System.Text;

namespace Muster.Cli.Demo;

/// <summary>One person of the invented company.</summary>
/// <param name="Number">From 1; the employee id is <c>P</c> and six digits or more.</param>
public sealed record ContosoPerson(
    int Number, string FirstName, string LastName, string Organization, string Title, string Location, int? Manager, string StartDate, string EndDate, string Status)
{
    public string EmployeeId => IdOf(Number);

    /// <summary>The login that the example's computed property gives.</summary>
    public string Login
    {
        get
        {
            var name = Simplify(FirstName[..1] + LastName).ToLowerInvariant();
            return (name.Length > 12 ? name[..12] : name) + Number.ToString(CultureInfo.InvariantCulture);
        }
    }

    public static string IdOf(int number) => "P" + number.ToString("D6", CultureInfo.InvariantCulture);

    private static string Simplify(string text)
    {
        var builder = new StringBuilder();
        foreach (var letter in text.Replace("ø", "o", StringComparison.Ordinal).Replace("Ø", "O", StringComparison.Ordinal)
            .Replace("ü", "ue", StringComparison.Ordinal).Replace("ö", "oe", StringComparison.Ordinal).Replace("ä", "ae", StringComparison.Ordinal)
            .Replace("ß", "ss", StringComparison.Ordinal).Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                builder.Append(letter);
            }
        }

        return builder.ToString();
    }
}

/// <summary>One organization; the root has no parent.</summary>
public sealed record ContosoOrganization(string Code, string Label, string? Parent);

/// <summary>
/// An invented company of any size, the same for the same number of people: its HR data on a first day and on the next, and the LDAP
/// directory in which most, not all, of it is already present.
/// </summary>
public sealed class ContosoCompany
{
    private static readonly string[] FirstNames =
    [
        "Anna", "Émile", "Jørgen", "Maria", "Noah", "Olivia", "Liam", "Zoë", "Inès", "Hugo", "Léa", "Lucas", "Chloé", "Adam", "Jade", "Louis",
        "Alice", "Jules", "Rose", "Gabriel", "Anders", "Freja", "Ida", "Karl", "Mette", "Søren", "Jürgen", "Käthe", "Ursula", "Wolfgang", "Bianca",
        "Carlos", "Diego", "Elena", "Fatima", "Giulia", "Hassan", "Irina", "Jin", "Kenji", "Layla", "Mehmet", "Nadia", "Omar", "Priya", "Quentin",
        "Rafael", "Sofia", "Tomasz", "Victor",
    ];

    private static readonly string[] LastNames =
    [
        "Martin", "Bernard", "Müller", "Schäfer", "Nielsen", "Sørensen", "García", "Rossi", "Nowak", "Kowalski", "Dupont", "Lefèvre", "Moreau",
        "Girard", "O'Connor", "Smith", "Johnson", "Brown", "Taylor", "Wilson", "Evans", "Walker", "Wright", "Green", "Baker", "Hill", "Clark", "Lewis",
        "Young", "King", "Weber", "Fischer", "Wagner", "Becker", "Hoffmann", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Tanaka", "Sato", "Suzuki",
        "Kim", "Lee", "Park", "Nguyen", "Tran", "Pham", "Silva", "Santos", "Costa", "Ferreira", "Almeida", "Van Dijk", "De Vries", "Jansen", "Bakker",
        "Visser", "Meijer", "Ivanova", "Petrov", "Smirnov", "Popov", "Novák", "Svoboda", "Horváth", "Szabó", "Tóth", "Kaya", "Yilmaz", "Demir", "Haddad",
    ];

    private static readonly string[] Titles = ["ANALYST", "ASSIST", "DEV", "SYSADM", "SALES", "CONTROL", "LAWYER", "ENG", "RESEARCH"];

    private static readonly string[] Locations = ["PAR", "CPH", "BER", "LIS", "TYO"];

    private readonly bool _isNextDay;
    private readonly List<string> _teams;

    public ContosoCompany(int people, bool isNextDay)
    {
        Count = people;
        _isNextDay = isNextDay;
        Organizations = OrganizationsOf(isNextDay);
        _teams = [.. Organizations.Where(o => o.Parent is not null and not "CONTOSO").Select(o => o.Code)];
    }

    /// <summary>How many people there are on the first day.</summary>
    public int Count { get; }

    public IReadOnlyList<ContosoOrganization> Organizations { get; }

    /// <summary>Who is in HR, by number: made one after the other, never kept.</summary>
    public IEnumerable<ContosoPerson> People => Changes().Select(c => c.Now).OfType<ContosoPerson>();

    /// <summary>Everybody of the first day and of this one, by number: null where somebody has not joined yet or is removed.</summary>
    public IEnumerable<(ContosoPerson? Before, ContosoPerson? Now)> Changes()
    {
        for (var number = 1; number <= Count; number++)
        {
            var person = FirstDay(number, _teams);
            yield return (person, _isNextDay ? NextDay(person) : person);
        }

        for (var joiner = 1; _isNextDay && joiner <= DayOf(Count).Joiners; joiner++)
        {
            yield return (null, FirstDay(Count + joiner, _teams) with { StartDate = "2026-02-01" });
        }
    }

    /// <summary>How many people join, move, leave, and are removed on the next day.</summary>
    public static (int Joiners, int Movers, int Leavers, int Removed) DayOf(int people) =>
        (Math.Max(2, people / 40), Math.Max(2, people / 30), Math.Max(1, people / 50), people >= 100 ? 1 : 0);

    private static IReadOnlyList<ContosoOrganization> OrganizationsOf(bool isNextDay) =>
    [
        new("CONTOSO", "Contoso", null),
        new("FIN", "Finance", "CONTOSO"), new("FIN-ACC", "Accounting", "FIN"), new("FIN-CTL", "Controlling", "FIN"),
        new("HR", "Human resources", "CONTOSO"), new("HR-ADM", "Personnel administration", "HR"), new("HR-TAL", "Talents", "HR"),
        new("IT", "Information technology", "CONTOSO"), new("IT-DEV", "Development", "IT"), new("IT-OPS", "Operations", "IT"),
        new("SAL", "Sales", "CONTOSO"), new("SAL-EU", "Sales Europe", "SAL"), new("SAL-AP", "Sales Asia", "SAL"),
        new("RND", "Research", "CONTOSO"), new("RND-MAT", isNextDay ? "Materials and coatings" : "Materials", "RND"), new("RND-BIO", "Biology", "RND"),
        new("LEG", "Legal", "CONTOSO"), new("LEG-CON", "Contracts", "LEG"),
    ];

    /// <summary>The person of a number, drawn so that the same number is the same person in a company of any size.</summary>
    private static ContosoPerson FirstDay(int number, List<string> teams)
    {
        var team = teams[(int)(Mix(number, 1) % (uint)teams.Count)];
        var isManager = number % 15 == 1;
        var title = isManager ? "MGR" : team.StartsWith("IT", StringComparison.Ordinal) && Mix(number, 2) % 3 == 0
            ? "SYSADM"
            : Titles[(int)(Mix(number, 2) % (uint)Titles.Length)];
        var year = 2005 + (int)(Mix(number, 3) % 20);
        var month = 1 + (int)(Mix(number, 4) % 12);
        return new ContosoPerson(
            number,
            FirstNames[(int)(Mix(number, 5) % (uint)FirstNames.Length)],
            LastNames[(int)(Mix(number, 6) % (uint)LastNames.Length)],
            team,
            title,
            Locations[(int)(Mix(number, 7) % (uint)Locations.Length)],
            number == 1 ? null : isManager ? 1 : number - ((number - 1) % 15),
            $"{year.ToString(CultureInfo.InvariantCulture)}-{month:D2}-01",
            "",
            "active");
    }

    /// <summary>Those whom the next day concerns are spread evenly: movers first, then leavers, then who is removed.</summary>
    private ContosoPerson? NextDay(ContosoPerson person)
    {
        var (_, movers, leavers, removed) = DayOf(Count);
        var step = Math.Max(1, Count / (movers + leavers + removed + 1));
        var index = (person.Number - 3) / step;
        if (person.Number < 3 || (person.Number - 3) % step != 0 || index >= movers + leavers + removed)
        {
            return person;
        }

        if (index < movers)
        {
            var team = _teams[(_teams.IndexOf(person.Organization) + 3) % _teams.Count];
            return person with { Organization = team, Title = index % 4 == 0 ? "MGR" : person.Title };
        }

        return index < movers + leavers ? person with { Status = "left", Organization = "", Title = "", Manager = null } : null;
    }

    /// <summary>A well-spread number for a person and a purpose: the same on every machine, unlike <see cref="Random"/>.</summary>
    private static uint Mix(int number, int purpose)
    {
        var value = ((uint)number * 2654435761u) ^ ((uint)purpose * 2246822519u);
        value ^= value >> 15;
        value *= 2246822519u;
        value ^= value >> 13;
        value *= 3266489917u;
        return value ^ (value >> 16);
    }
}
