using System.Text;
using Muster.Repository.Rows;

namespace Muster.Repository.Tests;

/// <summary>Scans of whole tables, as each kind of store does them.</summary>
public class ScanTests
{
    [Fact]
    public void Scan_NumbersTextsAndNulls_AreWhatIsStored()
    {
        using var world = new World();
        var large = string.Concat(Enumerable.Repeat("größer, \"x\"\n", 20_000));
        (string Code, string? Name, string? Age)[] people = [("P1", large, "41"), ("P2", null, null), ("P3", "x", "-7"), .. Enumerable.Range(4, 3_000).Select(n => ($"P{n}", (string?)$"N{n}", (string?)$"{n}"))];
        world.Write((_, writer) =>
        {
            foreach (var (code, name, age) in people)
            {
                var type = world.Type("Person");
                writer.Insert(type, new Dictionary<Muster.Configuration.Model.EntityProperty, string?>
                {
                    [type.FindProperty("Code")!] = code,
                    [type.FindProperty("Name")!] = name,
                    [type.FindProperty("Age")!] = age,
                });
            }

            return 0;
        });

        var scanned = new List<(string, string?, string?)>();
        world.Read(transaction =>
        {
            transaction.Scan(
                "t.\"p_Age\", t.id, t.\"p_Code\", t.\"p_Name\"",
                "\"r_Person\" t WHERE t.\"p_Code\" IS NOT NULL",
                row =>
                {
                    var age = row.LongOrNull();
                    Assert.True(row.Long() > 0);
                    scanned.Add((Text(row)!, Text(row), age?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                });
            return 0;
        });

        Assert.Equal(people.Select(p => (p.Code, p.Name, p.Age)).Order(), scanned.Order());
    }

    [Fact]
    public void Scan_ReaderFails_SaysWhyAndLeavesTheStoreUsable()
    {
        using var world = new World();
        world.Insert("Person", ("Code", "P1"));

        Assert.Throws<FormatException>(() => world.Read<int>(transaction =>
        {
            transaction.Scan("t.id", "\"r_Person\" t", _ => throw new FormatException());
            return 0;
        }));

        Assert.Equal(1, world.Read(transaction => transaction.Count("SELECT COUNT(*) FROM \"r_Person\"")));
    }

    private static string? Text(ScannedRow row) => row.TryOctets(out var octets) ? Encoding.UTF8.GetString(octets) : null;
}
