using Muster.Repository.Dialects;

namespace Muster.Repository.Assignments;

/// <summary>The tables of assignments, orders and profiles, with history twins <c>h_…</c> that hold ended versions.</summary>
internal static class AssignmentTables
{
    /// <summary>Adds the columns of assignments that a store from before does not have.</summary>
    public static IEnumerable<string> MissingColumns(RepositoryTransaction transaction) =>
    [
        .. AssignmentColumns.SingleRole.MissingColumns(transaction),
        .. AssignmentColumns.CompositeRole.MissingColumns(transaction),
        .. AssignmentColumns.ResourceType.MissingColumns(transaction),
        .. AssignmentColumns.Scalar.MissingColumns(transaction),
        .. AssignmentColumns.Navigation.MissingColumns(transaction),
        .. AssignmentColumns.Profile.MissingColumns(transaction),
    ];

    public static IEnumerable<string> Statements(ISqlDialect dialect) =>
    [
        .. AssignmentColumns.SingleRole.CreateStatements(),
        .. AssignmentColumns.CompositeRole.CreateStatements(),
        .. AssignmentColumns.ResourceType.CreateStatements(),
        .. AssignmentColumns.Scalar.CreateStatements(),
        .. AssignmentColumns.Navigation.CreateStatements(),
        .. AssignmentColumns.Profile.CreateStatements(),
        .. CreatedKeyStore.Statements(),
        .. Decisions.DecisionStore.Statements(dialect),
        .. ProfileDueStore.Statements(),
        .. ClassificationDueStore.Statements(),
        .. RiskStore.Statements(),
        "CREATE INDEX IF NOT EXISTS assigned_single_role_owner ON assigned_single_role (owner)",
        "CREATE INDEX IF NOT EXISTS assigned_single_role_role ON assigned_single_role (role, owner)",
        "CREATE INDEX IF NOT EXISTS assigned_composite_role_owner ON assigned_composite_role (owner)",
        "CREATE INDEX IF NOT EXISTS assigned_composite_role_role ON assigned_composite_role (role, owner)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_type_owner ON assigned_resource_type (owner)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_type_resource ON assigned_resource_type (resource)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_type_state ON assigned_resource_type (resource_type, provisioning_state)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_type_consolidated ON assigned_resource_type (resource_type, consolidated_provisioning_state)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_type_awaits ON assigned_resource_type (resource_type, awaits_since) WHERE awaits_since IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS assigned_resource_scalar_type ON assigned_resource_scalar (assigned_resource_type)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_scalar_state ON assigned_resource_scalar (provisioning_state, assigned_resource_type)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_navigation_type ON assigned_resource_navigation (assigned_resource_type)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_navigation_state ON assigned_resource_navigation (provisioning_state, assigned_resource_type)",
        "CREATE INDEX IF NOT EXISTS assigned_resource_navigation_resource ON assigned_resource_navigation (resource)",
        "CREATE INDEX IF NOT EXISTS assigned_profile_user ON assigned_profile (\"user\")",
        "CREATE INDEX IF NOT EXISTS assigned_profile_context ON assigned_profile (rule_context, \"user\")",

        .. EvaluationDueStore.Statements(),
        $"""
        CREATE TABLE IF NOT EXISTS provisioning_order (
            number {dialect.AutoNumber},
            id TEXT NOT NULL UNIQUE,
            assigned_resource_type INTEGER NOT NULL,
            resource_type TEXT NOT NULL,
            connector TEXT NOT NULL,
            change_type INTEGER NOT NULL,
            rank INTEGER NOT NULL,
            document TEXT NOT NULL,
            file TEXT,
            state INTEGER NOT NULL,
            message TEXT,
            keys TEXT,
            created_at TEXT NOT NULL,
            taken_at TEXT,
            ended_at TEXT)
        """,
        "DROP INDEX IF EXISTS provisioning_order_open",
        "CREATE INDEX IF NOT EXISTS provisioning_order_next ON provisioning_order (rank, number, resource_type) WHERE state < 2",
        "CREATE INDEX IF NOT EXISTS provisioning_order_waiting ON provisioning_order (file) WHERE state = 0 AND file IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS provisioning_order_assignment ON provisioning_order (assigned_resource_type)",
        "CREATE INDEX IF NOT EXISTS provisioning_order_file ON provisioning_order (file)",
    ];
}
