using System.Text;
using Muster.Configuration.Work;
using Muster.Repository.Dialects.Postgres;

namespace Muster.Repository.Tests.Dialects;

public sealed class PostgresTextTests
{
    [Fact]
    public void Adapt_Types_AreThoseOfTheServer_OutsideQuotesOnly() => Assert.Equal(
        """CREATE TABLE "INTEGER" (a bigint NOT NULL, b text COLLATE "C", c double precision DEFAULT 'TEXT', d bytea, CAST(a AS text) COLLATE "C")""",
        PostgresText.Adapt("""CREATE TABLE "INTEGER" (a INTEGER NOT NULL, b TEXT, c REAL DEFAULT 'TEXT', d BLOB, CAST(a AS TEXT)) WITHOUT ROWID"""));

    [Fact]
    public void Quote_NamesThatDifferBeyondTheServersLimit_StayDifferentAndFit()
    {
        var (one, other) = ($"p_{new string('é', 60)}1", $"p_{new string('é', 60)}2");

        var quoted = new[] { PostgresText.Quote(one), PostgresText.Quote(other) };

        Assert.NotEqual(quoted[0], quoted[1]);
        Assert.All(quoted, q => Assert.InRange(Encoding.UTF8.GetByteCount(q.Trim('"')), 40, 63));
        Assert.Equal("\"a\"\"b\"", PostgresText.Quote("a\"b"));
    }

    [Theory]
    [InlineData("plain é 😀", "plain é 😀")]
    [InlineData("a\0b", "a\uFFFDb")]
    public void Storable_CharactersThatNoTextMayHold_AreReplaced(string text, string stored) => Assert.Equal(stored, PostgresText.Storable(text));

    [Fact]
    public void Storable_HalvesOfCharacters_AreReplaced()
    {
        // Attributes cannot hold them.
        Assert.Equal("a\uFFFDb", PostgresText.Storable("a\uD83Db"));
        Assert.Equal("\uFFFD\uFFFD", PostgresText.Storable("\uDE00\uD83D"));
    }

    [Theory]
    [InlineData("postgres://ann:pa:ss@host:5433/db?sslmode=require", "postgres://ann:…@host:5433/db?sslmode=require")]
    [InlineData("postgres://ann:p/a@ss@host/db", "postgres://ann:…@host/db")]
    [InlineData("postgresql://ann@host/db?schema=a@b", "postgresql://ann@host/db?schema=a@b")]
    [InlineData("postgres://host/db", "postgres://host/db")]
    public void Redact_Url_HidesThePasswordOnly(string url, string shown) => Assert.Equal(shown, PostgresUrl.Redact(url));

    [Fact]
    public void Parse_UrlWithOptions_GivesTheirSettings()
    {
        var url = PostgresUrl.Parse("postgresql://ann%40x:p%40ss%2F@db.example:5433/m%20b?sslmode=verify-full&schema=muster&connect_timeout=7");

        Assert.Equal(("db.example:5433", "m b", "ann@x", "muster"), (url.Server, url.Database, url.User, url.Schema));
        Assert.Equal(("p@ss/", Npgsql.SslMode.VerifyFull, 7), (url.Settings.Password, url.Settings.SslMode, url.Settings.Timeout));
    }

    [Theory]
    [InlineData("postgres://ann:sesame@host", "names no database")]
    [InlineData("postgres://ann:sesame@host/db?sslmode=maybe", "'sslmode'")]
    [InlineData("postgres://ann:sesame@host/db?password=sesame", "'password'")]
    [InlineData("postgres://ann:ses#ame@host/db", "cannot be used")]
    public void Parse_WrongUrl_IsRefusedWithoutItsPassword(string url, string because)
    {
        var thrown = Assert.Throws<TaskFailedException>(() => PostgresUrl.Parse(url));

        Assert.Contains(because, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", thrown.Message.Replace("password=sesame", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("ses#ame", thrown.Message, StringComparison.Ordinal);
    }
}
