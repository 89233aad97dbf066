using System.Globalization;
using System.Text;

namespace Muster.Benchmarks;

/// <summary>
/// Generated people with twelve properties and a link to one of the organisations, in an order that says nothing; and what has changed a day
/// later: eight of ten changes are updates (half of them move to another organisation), one is a newcomer, one has left. The same numbers give the
/// same files.
/// </summary>
internal sealed class PeopleData(int size, int changes)
{
    private const int MostOrganisations = 10_000;
    private const string PeopleHeader = "Id,First,Last,Mail,Phone,City,Street,Zip,Grade,Start,Active,Title,Organisation";

    private enum Change
    {
        None,
        Renamed,
        Moved,
        Left,
        Joined,
    }

    private int Organisations => Math.Clamp(size / 10, 10, MostOrganisations);

    /// <summary>Writes <c>organisations.csv</c>, <c>people.csv</c>, the extract of the next day <c>people-after.csv</c> and its changes <c>people-changes.csv</c>.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        using (var organisations = Open(folder, "organisations.csv"))
        {
            organisations.Write("Code,Label\n");
            for (var number = 0; number < Organisations; number++)
            {
                organisations.Write(string.Create(CultureInfo.InvariantCulture, $"O{number:D5},Organisation {number}\n"));
            }
        }

        using (var header = Open(folder, "organisations-changes.csv"))
        {
            header.Write("command,Code,Label\n");
        }

        using var before = Open(folder, "people.csv");
        using var after = Open(folder, "people-after.csv");
        using var list = Open(folder, "people-changes.csv");
        before.Write(PeopleHeader + "\n");
        after.Write(PeopleHeader + "\n");
        list.Write($"command,{PeopleHeader}\n");
        foreach (var person in Shuffled())
        {
            var change = ChangeOf(person);
            before.Write(Row(person, Change.None));
            if (change != Change.Left)
            {
                after.Write(Row(person, change));
            }

            if (change == Change.Joined)
            {
                after.Write(Row(size + person, Change.None));
            }

            list.Write(change switch
            {
                Change.None => "",
                Change.Left => "delete," + Row(person, Change.None),
                Change.Joined => "insert," + Row(size + person, Change.None),
                _ => "update," + Row(person, change),
            });
        }
    }

    private static StreamWriter Open(string folder, string name) =>
        new(Path.Combine(folder, name), false, new UTF8Encoding(false), 1 << 20);

    /// <summary>All numbers below the size, each once.</summary>
    private IEnumerable<int> Shuffled()
    {
        // A prime that is no divisor of the size visits every number.
        const long Step = 1_299_709;
        for (long position = 0; position < size; position++)
        {
            yield return (int)(((position * Step) + 17) % size);
        }
    }

    private Change ChangeOf(int person)
    {
        if (changes == 0 || person % (size / changes) != 0 || person / (size / changes) >= changes)
        {
            return Change.None;
        }

        return (person / (size / changes) % 10) switch
        {
            0 => Change.Left,
            1 => Change.Joined,
            var other => other % 2 == 0 ? Change.Renamed : Change.Moved,
        };
    }

    private string Row(int person, Change change)
    {
        var organisation = change == Change.Moved ? (person + 1) % Organisations : person % Organisations;
        var last = change == Change.Renamed ? $"Renamed{person % 97}" : $"Last{person % 7919}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"P{person:D8},First{person % 997},{last},first{person % 997}.{person}@corp.example,+33 1 {person:D8},City {person % 300},{person % 90} High Street,{person % 90_000:D5},{person % 9},20{person % 20:D2}-{(person % 12) + 1:D2}-{(person % 28) + 1:D2},{(person % 50 == 0 ? "false" : "true")},Title {person % 400},O{organisation:D5}\n");
    }
}
