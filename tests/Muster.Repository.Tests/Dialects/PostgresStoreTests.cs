using Muster.Configuration.Work;
using Muster.Repository.Jobs;
using Muster.Repository.Resources;
using Muster.Repository.Schema;
using Muster.Servers;

namespace Muster.Repository.Tests.Dialects;

/// <summary>What a server does otherwise than an embedded store, on a server always.</summary>
public sealed class PostgresStoreTests : IDisposable
{
    private readonly string _url = PostgresServer.Shared.CreateStore();

    public void Dispose() => PostgresServer.Shared.DropStore(_url);

    [Fact]
    public async Task Write_WhileAnotherProcessWrites_WaitsForItsTurn()
    {
        using var one = Open();
        using var other = Open();
        var order = new List<string>();
        Task second;
        using (var first = one.BeginWrite())
        {
            second = Task.Run(() =>
            {
                using var transaction = other.BeginWrite();
                order.Add($"second sees {transaction.Count("SELECT next FROM id_sequence")}");
                transaction.Commit();
            });
            await Task.Delay(200);
            var id = first.AllocateIds(10);
            order.Add($"first took {id}");
            first.Commit();
        }

        await second;
        Assert.Equal(["first took 1000000", "second sees 1000010"], order);
    }

    [Fact]
    public async Task Write_CancelledWhileItWaits_GivesUp()
    {
        using var one = Open();
        using var other = Open();
        using var held = one.BeginWrite();
        using var source = new CancellationTokenSource(200);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => other.BeginWrite(source.Token)));
    }

    [Fact]
    public void SignOfLife_WhileALoadWrites_DoesNotWait()
    {
        using var loading = Open();
        using var alive = Open();
        var holder = new LeaseHolder("host", 1, DateTimeOffset.UnixEpoch, Guid.NewGuid());
        using (var transaction = alive.BeginBookkeeping())
        {
            new LeaseStore(transaction).Take("job:A", 1, holder, DateTimeOffset.UnixEpoch);
            transaction.Commit();
        }

        using var load = loading.BeginWrite();
        using (var beside = alive.BeginBeside())
        {
            Assert.Equal(1, new LeaseStore(beside).Renew(holder.Token, DateTimeOffset.UnixEpoch.AddMinutes(1)));
            beside.Commit();
        }

        using var read = alive.BeginRead();
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMinutes(1), new LeaseStore(read).All().Single().Heartbeat);
    }

    [Fact]
    public void Read_WhileOthersCommit_SeesOneState()
    {
        using var database = Open();
        using var read = database.BeginRead();
        using (var write = database.BeginWrite())
        {
            write.AllocateIds(5);
            write.Commit();
        }

        Assert.Equal(1_000_000, read.Count("SELECT next FROM id_sequence"));
        Assert.ThrowsAny<System.Data.Common.DbException>(() => read.Execute("UPDATE id_sequence SET next = 1"));
    }

    [Fact]
    public void Stream_WhileItsTableIsWritten_GivesTheRowsOfBefore()
    {
        using var database = Open();
        using var transaction = database.BeginWrite();
        transaction.MakeTemporaryTable("numbers", "n INTEGER NOT NULL PRIMARY KEY, t TEXT");
        var insert = transaction.Prepare("INSERT INTO numbers (n, t) VALUES (@n, @t)", "@n", "@t");
        for (var number = 0; number < 2_500; number++)
        {
            insert.Execute(number, number % 2 == 0 ? null : "odd");
        }

        var seen = 0;
        foreach (var row in transaction.Stream("SELECT n, t FROM numbers WHERE n >= @from ORDER BY n", [("@from", 100L)]))
        {
            Assert.Equal((seen + 100, seen % 2 == 0), (row.GetInt32(0), row.IsDBNull(1)));
            insert.Execute(10_000 + seen, "more");
            seen++;
        }

        Assert.Equal((2_400, 4_900L), (seen, transaction.Count("SELECT COUNT(*) FROM numbers")));
    }

    [Fact]
    public void Texts_AreOrderedAndComparedOctetByOctet_AndKeepAllButNul()
    {
        using var database = Open();
        using var transaction = database.BeginWrite();
        transaction.MakeTemporaryTable("words", "w TEXT NOT NULL PRIMARY KEY");
        foreach (var word in new[] { "b", "B", "é", "-a", "a", "a b", "ab", "😀", "a\0c" })
        {
            transaction.Execute("INSERT INTO words (w) VALUES (@w)", ("@w", word));
        }

        var words = transaction.Query("SELECT w FROM words ORDER BY w", row => row.GetString(0));
        Assert.Equal(["-a", "B", "a", "a b", "ab", "a\uFFFDc", "b", "é", "😀"], words);
        Assert.Equal(2, transaction.Count($"SELECT COUNT(*) FROM words WHERE {transaction.Dialect.IsInTexts("w", "@w")}", ("@w", transaction.Dialect.TextList(["a", "a\0c", "A"]))));
    }

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("12a", null)]
    [InlineData("", null)]
    public void FromText_WhatIsNoNumber_EqualsNothing(string text, long? number)
    {
        using var database = Open();
        using var read = database.BeginRead();

        Assert.Equal(number, read.Scalar($"SELECT {read.Dialect.FromText(Configuration.Model.PropertyType.Int64, "t.x")} FROM (SELECT CAST(@x AS TEXT) AS x) t", ("@x", text)));
    }

    [Fact]
    public void ConnectionsThatTheServerClosed_AreReplacedByTheNextTransaction()
    {
        using var database = RepositoryDatabase.Open($"{_url}&application_name=closed", TimeProvider.System);
        using (var write = database.BeginWrite())
        {
            write.AllocateIds(1);
            write.Commit();
        }

        PostgresServer.Shared.Execute(
            PostgresServer.Owner, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'closed' AND state = 'idle'");
        using var again = database.BeginWrite();
        using var read = database.BeginRead();

        Assert.Equal((1_000_001, 1_000_001), (again.Count("SELECT next FROM id_sequence"), read.Count("SELECT next FROM id_sequence")));
    }

    [Fact]
    public void Deploy_AnotherShape_StatementsBeforeAndAfterWork()
    {
        var before = World.Load("""<EntityType Identifier="Thing"><Property Identifier="Code" Type="String" IsKey="true" /><Property Identifier="Size" Type="String" /></EntityType>""");
        var after = World.Load("""<EntityType Identifier="Thing"><Property Identifier="Code" Type="String" IsKey="true" /><Property Identifier="Size" Type="Int32" /></EntityType>""");
        using var database = Open();
        foreach (var model in new[] { before, after, before })
        {
            using (var transaction = database.BeginWrite())
            {
                new ConfigurationStore(transaction).Deploy(new EntitySchema(model), "<xml/>", allowDataLoss: true);
                transaction.Commit();
            }

            for (var time = 0; time < 3; time++)
            {
                using var read = database.BeginRead();
                Assert.Empty(new ResourceReader(read, new EntitySchema(model)).FindIds(model.FindEntityType("Thing")!.FindProperty("Size")!, ["1"]));
            }
        }
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(800, true)]
    [InlineData(1700, true)]
    public void Row_WithTooManyValues_IsSaidToBeTooWide(int columns, bool isTooWide)
    {
        using var database = Open();
        using var transaction = database.BeginWrite();
        var all = Enumerable.Range(0, columns).ToList();
        var failure = Record.Exception(() =>
        {
            transaction.Execute($"CREATE TABLE wide ({string.Join(", ", all.Select(c => $"c{c} TEXT"))}){transaction.Dialect.WideTable}");
            transaction.Execute($"INSERT INTO wide VALUES ({string.Join(", ", all.Select(c => $"'{c:D4}-{c:D12}'"))})");
        });

        Assert.Equal(isTooWide, failure is System.Data.Common.DbException refused && StoreFailure.Explain(refused).Contains("too wide", StringComparison.Ordinal));
        Assert.Equal(isTooWide, failure is not null);
    }

    [Fact]
    public void Role_WithoutRights_IsToldWhatItNeeds()
    {
        PostgresServer.Shared.Execute("postgres", "DROP DATABASE IF EXISTS foreign_land");
        PostgresServer.Shared.Execute("postgres", "CREATE DATABASE foreign_land OWNER postgres");
        var url = _url.Replace($"/{PostgresServer.Owner}?", "/foreign_land?", StringComparison.Ordinal);

        var refused = Assert.Throws<TaskFailedException>(() => RepositoryDatabase.Open(url, TimeProvider.System));
        var missing = Assert.Throws<TaskFailedException>(
            () => RepositoryDatabase.Open(url.Replace("foreign_land", "no_land", StringComparison.Ordinal), TimeProvider.System));

        Assert.Contains("CREATE SCHEMA muster AUTHORIZATION", refused.Message, StringComparison.Ordinal);
        Assert.Contains("createdb", missing.Message, StringComparison.Ordinal);
    }

    private RepositoryDatabase Open() => RepositoryDatabase.Open(_url, TimeProvider.System);
}
