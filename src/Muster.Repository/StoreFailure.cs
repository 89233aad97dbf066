using System.Data.Common;
using Muster.Repository.Dialects.Postgres;
using Npgsql;

namespace Muster.Repository;

/// <summary>What failures of the store mean, for people.</summary>
public static class StoreFailure
{
    /// <summary>Whole sentences: what went wrong, and what to do.</summary>
    public static string Explain(DbException exception) => exception is NpgsqlException npgsql
        ? PostgresFailure.OfUse(npgsql)
        : $"The database refused the work: {exception.Message} Check that no other program holds it, that its folder may be written and that its disk is not full,"
            + " then start the job again.";
}
