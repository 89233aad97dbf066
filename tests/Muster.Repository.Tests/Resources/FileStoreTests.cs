using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Repository.Assignments;
using Muster.Repository.Changes;
using Muster.Repository.Files;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Repository.Tests.Resources;

public sealed class FileStoreTests : IDisposable
{
    private const string Person =
        """
        <EntityType Identifier="Person">
          <Property Identifier="Code" Type="String" IsKey="true" />
          <Property Identifier="Photo" Type="Binary" />
          <Property Identifier="PhotoTag" Type="Int32" />
        </EntityType>
        """;

    private readonly World _world = new(Person);

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("FFD8FFE0", "image/jpeg")]
    [InlineData("89504E470D0A1A0A00", "image/png")]
    [InlineData("474946383961", "image/gif")]
    [InlineData("524946460000000057454250", "image/webp")]
    [InlineData("255044462D312E37", "application/pdf")]
    [InlineData("FFD8", "application/octet-stream")]
    public void MimeType_IsToldByTheFirstOctets(string content, string type) => Assert.Equal(type, MimeType.Of(Convert.FromHexString(content)));

    [Fact]
    public void DataHash_IsTheFirstFourOctetsOfTheHash_LittleEndianAndSigned()
    {
        Assert.Equal("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", FileReference.Of("hello"u8));
        Assert.Equal(unchecked((int)0xBA4DF22C), FileReference.DataHash(FileReference.Of("hello"u8)!));
        Assert.Null(FileReference.Of([]));
    }

    [Fact]
    public void Add_SameContentTwice_IsKeptOnce()
    {
        var (first, second, read) = _world.Write((transaction, _) =>
        {
            var files = new FileStore(transaction);
            return (files.Add("hello"u8), new FileStore(transaction).Add("hello"u8), files.Read(FileReference.Of("hello"u8)!));
        });

        Assert.Equal(first, second);
        Assert.Equal("hello", Encoding.UTF8.GetString(read!));
        Assert.Equal(1, _world.Read(t => t.Count("SELECT COUNT(*) FROM resource_file")));
    }

    [Fact]
    public void Writer_FileOfAResource_CarriesItsTag()
    {
        var id = Insert("P1", "hello"u8);
        Assert.Equal(unchecked((int)0xBA4DF22C), _world.Read(t => t.Count("SELECT \"p_PhotoTag\" FROM \"r_Person\"")));

        var changed = Set(id, []);

        Assert.Equal(["Photo", "PhotoTag"], changed);
        Assert.Equal(1, _world.Read(t => t.Count("SELECT COUNT(*) FROM \"r_Person\" WHERE \"p_PhotoTag\" IS NULL")));
    }

    [Fact]
    public void Sweep_ContentOfAVersionBefore_Stays_AndGoesWithoutHistory()
    {
        var id = Insert("P1", "hello"u8);
        Set(id, "other"u8);
        Assert.Equal(2, Swept());

        using (var transaction = _world.Database.BeginWrite())
        {
            var writer = new ResourceWriter(transaction, _world.Schema, new ChangeOrigin(1, null, null, true), keepHistory: false);
            writer.Update(_world.Type("Person"), id, new Dictionary<EntityProperty, string?> { [_world.Property("Person:Photo")] = null });
            transaction.Commit();
        }

        Assert.Equal(1, Swept());
    }

    [Fact]
    public void Sweep_ContentThatOnlyAnOpenOrderNeeds_GoesWhenTheOrderHasItsResult()
    {
        var order = Guid.NewGuid();
        _world.Write((transaction, _) =>
        {
            var reference = new FileStore(transaction).Add("hello"u8)!;
            new OrderStore(transaction).Insert([new StoredOrder
            {
                Id = order,
                AssignedResourceType = 1,
                ResourceType = "T",
                Connector = "C",
                ChangeType = 1,
                Rank = 1,
                Document = "{}",
                Files = [reference],
                CreatedAt = transaction.Now,
            }]);
            return 0;
        });
        Assert.Equal(1, Swept());

        _world.Write((transaction, _) =>
        {
            new OrderStore(transaction).End([new EndedOrder(order, OrderState.Executed, null, null, transaction.Now)]);
            return 0;
        });

        Assert.Equal(0, Swept());
        Assert.Equal(0, _world.Read(t => t.Count("SELECT COUNT(*) FROM resource_file_release")));
    }

    [Fact]
    public void Deploy_NewTag_IsFilled_AndARemovedFilePropertyForgetsItsContents()
    {
        using var world = new World(Person.Replace("<Property Identifier=\"PhotoTag\" Type=\"Int32\" />", "", StringComparison.Ordinal));
        using (var transaction = world.Database.BeginWrite())
        {
            var reference = new FileStore(transaction).Add("hello"u8);
            new ResourceWriter(transaction, world.Schema, new ChangeOrigin(1, null, null, true))
                .Insert(world.Type("Person"), new Dictionary<EntityProperty, string?> { [world.Property("Person:Photo")] = reference });
            transaction.Commit();
        }

        world.Deploy(new EntitySchema(World.Load(Person)), false);
        Assert.Equal(unchecked((int)0xBA4DF22C), world.Read(t => t.Count("SELECT \"p_PhotoTag\" FROM \"r_Person\"")));

        world.Deploy(new EntitySchema(World.Load("<EntityType Identifier=\"Person\"><Property Identifier=\"Code\" IsKey=\"true\" /></EntityType>")), true);
        Assert.Equal(0, world.Read(t => t.Count("SELECT COUNT(*) FROM resource_file")));
    }

    private long Insert(string code, ReadOnlySpan<byte> photo)
    {
        using var transaction = _world.Database.BeginWrite();
        var reference = new FileStore(transaction).Add(photo);
        var id = new ResourceWriter(transaction, _world.Schema, new ChangeOrigin(1, null, null, true)).Insert(
            _world.Type("Person"),
            new Dictionary<EntityProperty, string?> { [_world.Property("Person:Code")] = code, [_world.Property("Person:Photo")] = reference });
        transaction.Commit();
        return id;
    }

    private IReadOnlyList<string> Set(long id, ReadOnlySpan<byte> photo)
    {
        using var transaction = _world.Database.BeginWrite();
        var reference = new FileStore(transaction).Add(photo);
        var changed = new ResourceWriter(transaction, _world.Schema, new ChangeOrigin(1, null, null, true)).Update(
            _world.Type("Person"), id, new Dictionary<EntityProperty, string?> { [_world.Property("Person:Photo")] = reference });
        transaction.Commit();
        return [.. changed.Select(p => p.Identifier)];
    }

    /// <summary>How many contents are left.</summary>
    private long Swept() => _world.Write((transaction, _) =>
    {
        new FileStore(transaction).Sweep(_world.Schema);
        return transaction.Count("SELECT COUNT(*) FROM resource_file");
    });
}
