using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Inbox;

namespace Muster.Synchronization.Tests;

public class InboxTests
{
    private static readonly TestFile Orgs = SyncWorld.Entities("Org", SyncModel.Org, ["O1", "A"]);

    private static readonly TestFile Change = SyncWorld.EntityChanges("Org", SyncModel.Org, ["update", "O1", "B"]);

    [Fact]
    public void Close_BuildsOnAnother_IsRefusedWithBothNamed()
    {
        using var world = new SyncWorld();
        world.Offer("HR", SynchronizationMode.Complete, Orgs);
        var last = world.Inbox.GetChain("HR").LastAccepted!.Value;
        var other = Guid.NewGuid();

        var answer = world.Offer(world.Manifest("HR", SynchronizationMode.Incremental, Change) with { BuildsOn = other }, Change);

        Assert.False(answer.Accepted);
        Assert.Equal(
            $"The delivery for connector 'HR' builds on {other:N}, but the last accepted one is {last:N} (the repository may have been restored)."
            + " Run a complete job for 'HR'.",
            answer.RefusedBecause);
    }

    [Fact]
    public void Close_Repeated_AnswersTheSameAndAppliesOnce()
    {
        using var world = new SyncWorld();
        var manifest = world.Manifest("HR", SynchronizationMode.Complete, Orgs);
        Assert.True(world.Offer(manifest, Orgs).Accepted);
        Assert.True(world.Offer(manifest, Orgs).Accepted);

        Assert.True(world.Synchronize("HR").Processed);
        Assert.True(world.Offer(manifest, Orgs).Accepted);
        Assert.False(world.Synchronize("HR").Processed);
    }

    [Fact]
    public void ConfirmUnchanged_OfTheLastAccepted_RemembersWhenItWasRead()
    {
        using var world = new SyncWorld();
        var started = new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
        world.Offer(world.Manifest("HR", SynchronizationMode.Complete, Orgs) with { ExportStartedAt = new Dictionary<string, DateTimeOffset> { ["HRFiles"] = started } }, Orgs);
        var last = world.Inbox.GetChain("HR").LastAccepted!.Value;

        world.Inbox.ConfirmUnchanged("HR", Guid.NewGuid(), new Dictionary<string, DateTimeOffset> { ["HRFiles"] = started.AddHours(1) }, default);
        Assert.Equal(started, ReadAt());
        world.Inbox.ConfirmUnchanged("HR", last, new Dictionary<string, DateTimeOffset> { ["HRFiles"] = started.AddHours(2) }, default);
        Assert.Equal(started.AddHours(2), ReadAt());
        world.Inbox.ConfirmUnchanged("HR", last, new Dictionary<string, DateTimeOffset> { ["HRFiles"] = started.AddHours(1) }, default);
        Assert.Equal(started.AddHours(2), ReadAt());

        DateTimeOffset ReadAt()
        {
            using var transaction = world.Database.BeginRead();
            return new DeliveryStore(transaction).State("HR").Exports["HRFiles"];
        }
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(7, false)] // The clock was set back: the accepted one's time is still to come, and says nothing.
    public void Close_ExportOlderThanAccepted_IsStaleUnlessTheClockWentBack(int hourNow, bool isStale)
    {
        using var world = new SyncWorld();
        var started = new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
        world.Pass(TimeSpan.FromHours(hourNow));
        world.Offer(world.Manifest("HR", SynchronizationMode.Complete, Orgs) with { ExportStartedAt = new Dictionary<string, DateTimeOffset> { ["HRFiles"] = started } }, Orgs);

        var answer = world.Offer(
            world.Manifest("HR", SynchronizationMode.Complete, Orgs) with
            {
                ExportStartedAt = new Dictionary<string, DateTimeOffset> { ["HRFiles"] = started.AddHours(-1.5) },
            },
            Orgs);

        Assert.Equal(isStale, answer.RefusedBecause?.StartsWith("STALE_EXPORT", StringComparison.Ordinal) ?? false);
        Assert.Equal(!isStale, answer.Accepted);
    }

    [Fact]
    public void Close_Complete_CancelsWhatWaits()
    {
        using var world = new SyncWorld();
        world.Apply("HR", SynchronizationMode.Complete, Orgs);
        var waiting = world.Manifest("HR", SynchronizationMode.Incremental, Change);
        world.Offer(waiting, Change);
        world.Offer("HR", SynchronizationMode.Complete, Orgs);

        var result = world.Synchronize("HR");

        Assert.False(result.Processed);
        Assert.Equal(["A"], world.Query("SELECT \"p_Title\" FROM \"r_Org\"", r => r.GetString(0)));
        Assert.False(world.Work.Exists(DeliveryInbox.FolderOf(waiting.Id)));
        Assert.Contains("superseded", world.Offer(waiting with { Files = [] }).RefusedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void Discard_Blocked_RequiresCompleteAndSaysSo()
    {
        using var world = new SyncWorld(SyncModel.Xml("MaximumUpdatedLines=\"1\" MaxPercentageUpdatedLines=\"1\""));
        world.Apply("HR", SynchronizationMode.Complete, Orgs);
        world.Offer("HR", SynchronizationMode.Incremental, Change);
        Assert.NotNull(world.Synchronize("HR", force: false).Block);

        world.Synchronizer.Discard("HR", default);

        Assert.NotNull(world.Inbox.GetChain("HR").CompleteRequiredBecause);
        Assert.StartsWith("COMPLETE_REQUIRED", world.Offer("HR", SynchronizationMode.Incremental, Change).RefusedBecause, StringComparison.Ordinal);
        Assert.True(world.Offer("HR", SynchronizationMode.Complete, Orgs).Accepted);
        Assert.Null(world.Inbox.GetChain("HR").CompleteRequiredBecause);
    }

    [Fact]
    public async Task Receive_OtherContent_IsRefused()
    {
        using var world = new SyncWorld();
        var manifest = world.Manifest("HR", SynchronizationMode.Complete, Orgs);
        using var stream = new MemoryStream([1, 2, 3]);

        var error = await Assert.ThrowsAsync<TaskFailedException>(
            () => world.Inbox.ReceiveFileAsync(manifest.Id, "HR", manifest.Files[0], stream, default));

        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
        Assert.False(world.Work.Exists($"{DeliveryInbox.FolderOf(manifest.Id)}/{manifest.Files[0].Name}"));
    }

    [Theory]
    [InlineData("../x.csv")]
    [InlineData(".hidden")]
    [InlineData("a/b.csv")]
    [InlineData("")]
    public async Task Receive_ForeignName_IsRefused(string name)
    {
        using var world = new SyncWorld();
        using var stream = new MemoryStream(Orgs.Content);

        await Assert.ThrowsAsync<TaskFailedException>(
            () => world.Inbox.ReceiveFileAsync(Guid.NewGuid(), "HR", Orgs.Describe() with { Name = name }, stream, default));
    }

    [Fact]
    public async Task Abandon_NotClosed_LeavesNothing()
    {
        using var world = new SyncWorld();
        var manifest = world.Manifest("HR", SynchronizationMode.Complete, Orgs);
        using (var stream = new MemoryStream(Orgs.Content))
        {
            await world.Inbox.ReceiveFileAsync(manifest.Id, "HR", manifest.Files[0], stream, default);
        }

        world.Inbox.Abandon(manifest.Id, "HR", default);

        Assert.False(world.Work.Exists(DeliveryInbox.FolderOf(manifest.Id)));
        Assert.False(world.Inbox.Close(manifest, default).Accepted);
    }

    [Fact]
    public void Applied_Delivery_LosesItsFolder()
    {
        using var world = new SyncWorld();
        var manifest = world.Manifest("HR", SynchronizationMode.Complete, Orgs);
        world.Offer(manifest, Orgs);
        world.Synchronize("HR");

        Assert.False(world.Work.Exists(DeliveryInbox.FolderOf(manifest.Id)));
        using var transaction = world.Database.BeginRead();
        Assert.Equal(DeliveryState.Applied, new DeliveryStore(transaction).Find(manifest.Id)!.State);
    }
}
