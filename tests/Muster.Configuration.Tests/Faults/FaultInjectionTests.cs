using Muster.Configuration.Faults;

namespace Muster.Configuration.Tests.Faults;

public sealed class FaultInjectionTests
{
    [Fact]
    public void Full_FromThePointOn_NothingCanBeWritten()
    {
        var injection = FaultInjection.Parse("full:watermark.write.before:2");
        injection.Reach("watermark", FaultOperation.Write, isAfter: false);
        injection.Reach("snapshot", FaultOperation.Create, isAfter: false);

        Assert.Throws<IOException>(() => injection.Reach("watermark", FaultOperation.Write, isAfter: false));
        Assert.Throws<IOException>(() => injection.Reach("snapshot", FaultOperation.Create, isAfter: false));
        injection.Reach("snapshot", FaultOperation.Delete, isAfter: false);
        injection.Reach("snapshot", FaultOperation.Create, isAfter: true);
    }

    [Fact]
    public void Once_OnlyThere_AndTraced()
    {
        var trace = Path.GetTempFileName();
        var injection = FaultInjection.Parse($"once:X.commit.before; trace:{trace}");

        Assert.Throws<IOException>(() => injection.Reach("X", FaultOperation.Commit, isAfter: false));
        injection.Reach("X", FaultOperation.Commit, isAfter: false);
        injection.Reach("X", FaultOperation.Commit, isAfter: true);

        Assert.Equal(["X.commit.before", "X.commit.before", "X.commit.after"], File.ReadAllLines(trace));
        File.Delete(trace);
    }

    [Fact]
    public void AnyPoint_CountsThemAll()
    {
        var injection = FaultInjection.Parse("once:*:3");
        injection.Reach("watermark", FaultOperation.Write, isAfter: false);
        injection.Reach("snapshot", FaultOperation.Create, isAfter: false);

        Assert.Throws<IOException>(() => injection.Reach("extract", FaultOperation.Write, isAfter: false));
        injection.Reach("extract", FaultOperation.Write, isAfter: false);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("burn:watermark.write.before")]
    public void Parse_NoFault_IsRefused(string text) => Assert.Throws<ArgumentException>(() => FaultInjection.Parse(text));

    [Theory]
    [InlineData("ExportOutput/HR.csv", "extract")]
    [InlineData("ExportOutput/HR.export.json", "export-manifest")]
    [InlineData("ExportCookies/HR.csv.json.pending", "watermark")]
    [InlineData("Collect/previous/HR/P.rows", "snapshot")]
    [InlineData("Collect/previous/HR/chain.json", "snapshot-chain")]
    [InlineData("Collect/HR.pending.json", "pending-delivery")]
    [InlineData("Collect/P.sorted.delta", "prepared")]
    [InlineData("Synchronization/1/manifest.json", "delivery-manifest")]
    [InlineData("Synchronization/1/P.sorted.csv", "delivery-file")]
    [InlineData("ProvisioningOrders/1.json", "order-file")]
    [InlineData("Fulfill/AD.journal.json", "journal")]
    public void SiteOf_Place_TellsTheKindOfFile(string path, string site) => Assert.Equal(site, FaultPoints.SiteOf(path));
}
