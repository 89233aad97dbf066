using FsCheck;
using FsCheck.Fluent;
using Muster.Preparation.Snapshots;

namespace Muster.Preparation.Tests.Snapshots;

public sealed class RowHashTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, RowHash.SeedLength).Select(i => (byte)(i * 37))];

    private static readonly RowHash Fast = new(Seed);
    private static readonly RowHash Plain = new(Seed, isPlain: true);

    [Fact]
    public void Of_AnyText_IsTheSameWithoutTheProcessorsHelp() => Prop.ForAll(
        Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().Resize(700).ToArbitrary(),
        text => Fast.Of(text) == Plain.Of(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    /// <summary>The definition: Horner's rule over the blocks and the length, one multiplication in the field at a time, bit by bit.</summary>
    [Fact]
    public void Of_AnyLength_IsThePolynomialsValue()
    {
        for (var length = 0; length < 600; length++)
        {
            byte[] text = [.. Enumerable.Range(0, length).Select(i => (byte)((i * 131) + length))];
            var value = default(UInt128);
            for (var at = 0; at < length; at += 16)
            {
                value = Times(value ^ Number(text.AsSpan(at, Math.Min(16, length - at))), Number(Seed));
            }

            value = Times(value ^ (UInt128)(uint)length, Number(Seed));
            Assert.Equal(value, ((UInt128)Fast.Of(text)[1] << 64) | Fast.Of(text)[0]);
        }
    }

    [Fact]
    public void Of_ZerosAtTheEnd_Differ() => Assert.NotEqual(Fast.Of(new byte[3]), Fast.Of(new byte[4]));

    [Fact]
    public void Of_AnotherSeed_IsAnother() => Assert.NotEqual(Fast.Of("a"u8), new RowHash(RowHash.NewSeed()).Of("a"u8));

    [Fact]
    public void MarkOf_KeysThatFollowOneAnother_FillAllBucketsAlike()
    {
        var counts = new int[256];
        for (var i = 0; i < 1 << 16; i++)
        {
            var key = System.Text.Encoding.UTF8.GetBytes($"E{i:D8}");
            counts[Fast.MarkOf(key, key).Place >> 56]++;
        }

        // 256 each on average; a bucket that deviates by more than 12 standard deviations is no accident.
        Assert.All(counts, count => Assert.InRange(count, 64, 448));
    }

    [Fact]
    public void BlockChecksum_OneBitChanged_IsAnotherHoweverItIsCut()
    {
        var bytes = new byte[100_000];
        var expected = Checksum(bytes, bytes.Length);
        Assert.Equal(expected, Checksum(bytes, 777));
        bytes[54_321] ^= 4;
        Assert.NotEqual(expected, Checksum(bytes, 16_384));
    }

    private static string Checksum(byte[] bytes, int piece)
    {
        var checksum = new BlockChecksum();
        foreach (var chunk in bytes.Chunk(piece))
        {
            checksum.Append(chunk);
        }

        return checksum.Finish();
    }

    private static UInt128 Number(ReadOnlySpan<byte> bytes)
    {
        UInt128 number = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | bytes[i];
        }

        return number;
    }

    private static UInt128 Times(UInt128 left, UInt128 right)
    {
        UInt128 product = 0;
        for (var i = 127; i >= 0; i--)
        {
            product = (product << 1) ^ ((product >> 127) == 0 ? (UInt128)0 : 0x87);
            product ^= ((right >> i) & 1) == 0 ? (UInt128)0 : left;
        }

        return product;
    }
}
