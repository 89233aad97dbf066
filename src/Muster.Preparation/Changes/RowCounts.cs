namespace Muster.Preparation.Changes;

/// <summary>What was counted for one mapping (synchronization.md 8.8).</summary>
internal sealed record RowCounts
{
    public long Duplicates { get; set; }

    public long Coalesced { get; set; }

    public long Inserts { get; set; }

    public long Updates { get; set; }

    public long Merges { get; set; }

    public long Deletes { get; set; }

    public void Count(RowCommand command)
    {
        switch (command)
        {
            case RowCommand.Insert:
                Inserts++;
                break;
            case RowCommand.Update:
                Updates++;
                break;
            case RowCommand.Merge:
                Merges++;
                break;
            case RowCommand.Delete:
                Deletes++;
                break;
        }
    }
}
