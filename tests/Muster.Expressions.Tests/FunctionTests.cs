using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Expressions.Functions;

namespace Muster.Expressions.Tests;

/// <summary>Bindings, predefined functions and literals (rolemodel.md 4.1, 4.4, 4.6).</summary>
public sealed class FunctionTests
{
    [Theory]
    [InlineData("ToUpper", "Straße", "STRAßE")]
    [InlineData("ToLower", "ÀB", "àb")]
    [InlineData("Simplify", "Jean-Élie d'Àvila 2", "JEANELIEDAVILA2")]
    [InlineData("Trim", "  a ", "a")]
    [InlineData("TrimStart", "  a ", "a ")]
    [InlineData("TrimEnd", "  a ", "  a")]
    [InlineData("RemoveDiacritics", "éèçàù äÄöÖüÜ čČ øØ łŁ ß æÆ œŒ šŠ ñ", "eecau aeAEoeOEueUE cC oO lL ss aeAE oeOE shSH n")]
    [InlineData("RemoveDiacritics", "e\u0301", "e")]
    [InlineData("RemoveDiacritics", "Việt", "Viet")]
    [InlineData("ToDoubleMetaphone", "Smith", "SM0")]
    [InlineData("ToDoubleMetaphone", "Thompson", "TMPS")]
    [InlineData("ToDoubleMetaphone", "Knight", "NT")]
    [InlineData("ToDoubleMetaphone", "Catherine", "K0RN")]
    [InlineData("ToDoubleMetaphone", "Richard", "RXRT")]
    [InlineData("ToSoundex", "Robert", "R163")]
    [InlineData("ToSoundex", "Rupert", "R163")]
    [InlineData("ToSoundex", "Ashcraft", "A261")]
    [InlineData("ToSoundex", "Tymczak", "T522")]
    [InlineData("ToSoundex", "Pfister", "P236")]
    [InlineData("ToFirstName", "jean pierre", "Jean-Pierre")]
    [InlineData("ToFirstName", "ÉLODIE-anne", "Elodie-Anne")]
    [InlineData("ToTitle", "head of IT", "Head of IT")]
    [InlineData("ToFormatedDN", "cn=Ada Lovelace , ou=People,dc=acme", "CN=Ada Lovelace,OU=People,DC=acme")]
    [InlineData("ToFormatedDN", "Lovelace, Ada", "Lovelace\\, Ada")]
    [InlineData("ParseLocalDate:Romance Standard Time|dd/MM/yyyy", "31/12/2025", "20251230230000")]
    [InlineData("ParseLocalDate:Europe/Paris|dd/MM/yyyy HH:mm", "01/07/2025 12:00", "20250701100000")]
    [InlineData("ParseLocalDateThenAddMinutes:Romance Standard Time|dd/MM/yyyy|1440", "31/12/2025", "20251231230000")]
    [InlineData("ParseUniversalDate:yyyyMMdd", "20260102", "20260102000000")]
    [InlineData("ParseUniversalDateThenAddMinutes:yyyyMMdd|90", "20260102", "20260102013000")]
    [InlineData("ParseUniversalDateThenAddMinutes:Romance Standard Time|yyyyMMdd|-1", "20260102", "20260101235900")]
    [InlineData("FormatLocalDate:Romance Standard Time|dd/MM/yyyy HH:mm", "20260701100000", "01/07/2026 12:00")]
    public void PredefinedFunction_Gives(string expression, string input, string expected)
    {
        var result = World.Compile(expression, "Login").Evaluate(new TestResource(1, World.User).With("Login", input), World.Context);
        Assert.Null(result.Error);
        Assert.Equal(expected, result.Value);
        Assert.Null(World.Compile(expression, "Login").Evaluate(new TestResource(1, World.User), World.Context).Value);
    }

    [Theory]
    [InlineData("Jean-Pierre", "Dupont", "", null, null, 0, "jpdupont")]
    [InlineData("Jean-Pierre", "Dupont", "", null, null, 1, "jepdupont")]
    [InlineData("Jo", "Dupont", ".", "@x", null, 2, "jo.dupont1@x")]
    [InlineData("Jean", "Dupont", "", null, 5, 0, "jdupo")]
    public void BuildUsernameWithInitials_Gives(string first, string last, string separator, string? suffix, int? max, int iteration, string expected) =>
        Assert.Equal(expected, UserNames.BuildUsernameWithInitials(first, last, separator, suffix, max, iteration));

    [Theory]
    [InlineData(0, "jean.dupont@x")]
    [InlineData(2, "jean.dupont2@x")]
    public void BuildUsername_InsertsTheIteration(int iteration, string expected) =>
        Assert.Equal(expected, UserNames.BuildUsername("Jean", "Dupont", ".", "@x", iteration));

    [Fact]
    public void WindowsTimeZones_AreAllKnown() =>
        Assert.All(WindowsTimeZoneNames.Table.Split('\n'), line => Assert.True(TimeZones.TryFind(line.Trim().Split('=')[0], out _), line));

    [Theory]
    [InlineData("toupper", "MUS2011", DiagnosticSeverity.Warning)]
    [InlineData("ToUper", "MUS2010", DiagnosticSeverity.Error)]
    [InlineData("Trim:x", "MUS2012", DiagnosticSeverity.Error)]
    [InlineData("ParseLocalDate:Mars|yyyy", "MUS2015", DiagnosticSeverity.Error)]
    [InlineData("ParseLocalDateThenAddMinutes:UTC|yyyy|x", "MUS2012", DiagnosticSeverity.Error)]
    [InlineData("return user.FirstName;", "MUS2034", DiagnosticSeverity.Error)]
    public void Function_WrittenWrongly_IsReported(string expression, string code, DiagnosticSeverity severity)
    {
        World.TryCompile(expression, out var bag, "Login");
        Assert.Equal((code, severity), (bag.Items[0].Code, bag.Items[0].Severity));
    }

    [Fact]
    public void Function_WithoutBinding_IsAnError()
    {
        Assert.Null(World.TryCompile("ToUpper", out var bag));
        Assert.Equal("MUS2014", Assert.Single(bag.Items).Code);
    }

    [Theory]
    [InlineData("Literal:five", PropertyType.Int32, null)]
    [InlineData("Literal:42", PropertyType.Bool, null)]
    [InlineData("Literal:20200101", PropertyType.DateTime, null)]
    [InlineData("Literal:42", PropertyType.Int32, "42")]
    [InlineData("Literal:True", PropertyType.Bool, "true")]
    [InlineData("Literal:any text: |", PropertyType.String, "any text: |")]
    [InlineData("Literal:300", PropertyType.Byte, null)]
    public void Literal_IsCheckedByType(string expression, PropertyType type, string? expected) =>
        Assert.Equal(expected, World.TryCompile(expression, out _, type: type)?.Evaluate(null, World.Context).Value);

    [Theory]
    [InlineData("FirstName", "Ada")]
    [InlineData("Directory_User:Organization.Parent.Code", "ACME")]
    [InlineData("Directory_User:Organization.Directory_Organization:Parent.Code", "ACME")]
    [InlineData("Manager.Organization.Code", null)]
    [InlineData("Organization", "21")]
    public void Binding_Gives(string binding, string? expected) =>
        Assert.Equal(expected, World.Compile(null, binding).Evaluate(World.Ada(), World.Context).Value);

    [Fact]
    public void MultiValuedBinding_GivesTheLowestIdAndSaysSo()
    {
        var result = World.Compile(null, "Records.Code").Evaluate(World.Ada(), World.Context);
        Assert.Equal(("B2", true), (result.Value, result.IsAmbiguous));
        var resources = World.Compile(null, "Records.Site", ValueUse.Resources).Evaluate(World.Ada(), World.Context).Resources;
        Assert.Equal([31L, 32L], resources.Select(r => r.Id));
    }

    [Theory]
    [InlineData("Nickname", "MUS2004")]
    [InlineData("Directory_Usr:FirstName", "MUS2003")]
    [InlineData("Directory_Site:Label", "MUS2003")]
    [InlineData("FirstName.Length", "MUS2005")]
    [InlineData("Organization..Code", "MUS2006")]
    public void Binding_ThatLeadsNowhere_IsAnError(string binding, string code)
    {
        Assert.Null(World.TryCompile(null, out var bag, binding));
        Assert.Equal(code, Assert.Single(bag.Items).Code);
    }
}
