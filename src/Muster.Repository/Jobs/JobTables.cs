using Muster.Repository.Dialects;

namespace Muster.Repository.Jobs;

/// <summary>Job instances, their task instances, and the leases that keep two runs apart.</summary>
internal static class JobTables
{
    public static IEnumerable<string> Statements(ISqlDialect dialect) =>
    [
        $"""
        CREATE TABLE IF NOT EXISTS job_instance (
            id {dialect.AutoNumber},
            job TEXT NOT NULL,
            is_incremental INTEGER NOT NULL,
            initiator TEXT NOT NULL,
            state TEXT NOT NULL,
            started_at TEXT NOT NULL,
            ended_at TEXT,
            resumed_at TEXT,
            cancel_requested INTEGER NOT NULL,
            message TEXT,
            rows_written INTEGER NOT NULL,
            rows_read INTEGER NOT NULL DEFAULT 0,
            store_steps INTEGER NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX IF NOT EXISTS job_instance_job ON job_instance (job, id)",
        "CREATE INDEX IF NOT EXISTS job_instance_state ON job_instance (state)",
        """
        CREATE TABLE IF NOT EXISTS task_instance (
            job_instance INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            identifier TEXT NOT NULL,
            kind TEXT NOT NULL,
            replaces INTEGER,
            connectors TEXT NOT NULL,
            level INTEGER NOT NULL,
            state TEXT NOT NULL,
            processed INTEGER NOT NULL,
            started_at TEXT,
            ended_at TEXT,
            skipped_because TEXT,
            counts TEXT NOT NULL,
            warnings TEXT NOT NULL,
            warning_count INTEGER NOT NULL,
            messages TEXT NOT NULL,
            error TEXT,
            block TEXT,
            rows_written INTEGER NOT NULL,
            log_file TEXT,
            rows_read INTEGER NOT NULL DEFAULT 0,
            store_steps INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (job_instance, ordinal))
        """,
        """
        CREATE TABLE IF NOT EXISTS lease (
            name TEXT PRIMARY KEY,
            job_instance INTEGER NOT NULL,
            host TEXT NOT NULL,
            process INTEGER NOT NULL,
            process_started TEXT NOT NULL,
            token TEXT NOT NULL,
            heartbeat TEXT NOT NULL)
        """,
    ];

    /// <summary>What stores from before version 5 of the fixed tables lack.</summary>
    public static IEnumerable<string> Since5 { get; } =
    [
        "ALTER TABLE job_instance ADD COLUMN rows_read INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE job_instance ADD COLUMN store_steps INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE task_instance ADD COLUMN rows_read INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE task_instance ADD COLUMN store_steps INTEGER NOT NULL DEFAULT 0",
    ];
}
