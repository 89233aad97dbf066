using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>A value that may name another entry: of a link table, or of an attribute whose syntax is that of names.</summary>
/// <param name="Key">
/// Equal for all values that mean one target: the target's identifier where the server tells it, else made of the name, or of the text if it is none.
/// </param>
internal readonly record struct KnownValue(string Text, Guid Key)
{
    public static KnownValue Of(string text) => new(text, KeyOf(text));

    /// <summary>The key of a name, equal for all its spellings; of another text, its own.</summary>
    public static Guid KeyOf(string text)
    {
        var key = DirectoryKey.OfValue(text);
        return GuidOf(key.IsNone ? DirectoryKey.OfNormalized("\0" + text) : key);
    }

    /// <summary>The key under which the entries directly below a name are found.</summary>
    public static Guid KeyBelow(string normalizedName) => GuidOf(DirectoryKey.OfNormalized("\0below\0" + normalizedName));

    /// <summary>The key under which the entry of a name is found.</summary>
    public static Guid KeyIs(string normalizedName) => GuidOf(DirectoryKey.OfNormalized("\0is\0" + normalizedName));

    private static Guid GuidOf(DirectoryKey key)
    {
        Span<byte> octets = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(octets, key.Value);
        return new Guid(octets);
    }
}

/// <summary>What the last delivered export knew of an entry.</summary>
/// <param name="Links">The values of each link table, in the order of the tables.</param>
/// <param name="References">The values in the entry's own row that name other entries, which the server may change without telling so.</param>
internal sealed record KnownEntry(string Dn, IReadOnlyList<IReadOnlyList<KnownValue>> Links, IReadOnlyList<KnownValue> References)
{
    /// <summary>It is not in scope and has no row: entries that are stand below it, and its new name would be theirs.</summary>
    public bool IsHidden { get; init; }

    /// <summary>What tells the delivered row from others.</summary>
    public Guid Row { get; init; }

    public IEnumerable<KnownValue> AllReferences => Links.SelectMany(v => v).Concat(References);

    public byte[] ToOctets()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Dn);
        writer.Write(IsHidden);
        writer.Write(Row.ToByteArray());
        writer.Write7BitEncodedInt(Links.Count);
        foreach (var values in Links)
        {
            Write(writer, values);
        }

        Write(writer, References);
        return stream.ToArray();
    }

    public static KnownEntry Read(byte[] octets)
    {
        using var reader = new BinaryReader(new MemoryStream(octets));
        var dn = reader.ReadString();
        var isHidden = reader.ReadBoolean();
        var row = new Guid(reader.ReadBytes(16));
        var links = new IReadOnlyList<KnownValue>[reader.Read7BitEncodedInt()];
        for (var table = 0; table < links.Length; table++)
        {
            links[table] = ReadValues(reader);
        }

        return new KnownEntry(dn, links, ReadValues(reader)) { IsHidden = isHidden, Row = row };
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<KnownValue> values)
    {
        writer.Write7BitEncodedInt(values.Count);
        Span<byte> key = stackalloc byte[16];
        foreach (var value in values)
        {
            writer.Write(value.Text);
            value.Key.TryWriteBytes(key);
            writer.Write(key);
        }
    }

    private static KnownValue[] ReadValues(BinaryReader reader)
    {
        var values = new KnownValue[reader.Read7BitEncodedInt()];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = new KnownValue(reader.ReadString(), new Guid(reader.ReadBytes(16)));
        }

        return values;
    }
}
