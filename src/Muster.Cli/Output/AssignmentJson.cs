using System.Text.Json.Nodes;
using Muster.Configuration.Model;
using Muster.Repository;
using Muster.Repository.Schema;

namespace Muster.Cli.Output;

/// <summary>The assignments of an owner, and those whose target is the resource.</summary>
internal static class AssignmentJson
{
    public static JsonArray Of(RepositoryTransaction transaction, EntitySchema schema, EntityType type, long id) => [];
}
