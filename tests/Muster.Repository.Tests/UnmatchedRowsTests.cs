using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Values;
using Muster.Repository.Synchronization;

namespace Muster.Repository.Tests;

public class UnmatchedRowsTests
{
    [Fact]
    public void AnyOrder_WhatIsLeft_IsTheDifferenceOfBothSides() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(bool IsStored, byte Row)[]>(),
                steps =>
                {
                    var rows = new UnmatchedRows(int.MaxValue);
                    var (stored, delivered) = (new HashSet<long>(), new HashSet<long>());
                    foreach (var (isStored, row) in steps.DistinctBy(s => s))
                    {
                        Assert.True(isStored ? rows.AddStored(Hash(row), row, -1) : rows.AddDelivered(Hash(row), row));
                        (isStored ? stored : delivered).Add(row);
                    }

                    Assert.Equal(stored.Except(delivered).Order(), rows.Stored.Select(s => s.First).Order());
                    Assert.Equal(delivered.Except(stored).Order(), rows.Delivered);
                    Assert.All(stored, r => Assert.Equal(!delivered.Contains(r), rows.HasStored(Hash((byte)r))));
                })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void ManyRows_SameOrder_HoldsOnlyWhatWaits()
    {
        var rows = new UnmatchedRows(100);
        for (var row = 0; row < 100_000; row++)
        {
            Assert.True(rows.AddStored(Hash(row), row, 0));
            Assert.True(row < 50 || rows.AddDelivered(Hash(row - 50), row));
        }

        Assert.Equal(50, rows.Count);
    }

    [Fact]
    public void TooManyRows_AreNotHeld()
    {
        var rows = new UnmatchedRows(2);

        Assert.True(rows.AddStored(Hash(1), 1, 0));
        Assert.True(rows.AddDelivered(Hash(2), 2));
        Assert.False(rows.AddStored(Hash(3), 3, 0));
        Assert.True(rows.AddDelivered(Hash(1), 1));
        Assert.True(rows.AddStored(Hash(3), 3, 0));
    }

    private static HashValue Hash(int row) => SourceHash.FromOctets(SHA256.HashData(Encoding.UTF8.GetBytes($"{row}")).AsSpan(0, SourceHash.Size))!.Value;
}
