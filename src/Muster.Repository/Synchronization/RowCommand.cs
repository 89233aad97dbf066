namespace Muster.Repository.Synchronization;

/// <summary>What a delivered row asks for (synchronization.md 8.2); rows of full files are <see cref="Merge"/>.</summary>
public enum RowCommand
{
    Insert = 1,
    Update = 2,
    Merge = 3,
    Delete = 4,
}
