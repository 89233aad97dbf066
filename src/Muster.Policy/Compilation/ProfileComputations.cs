using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;

namespace Muster.Policy.Compilation;

/// <summary>
/// What SetInternalUserProfiles reads (rolemodel.md 5.12). A task names entity types of users and resource types of logins, so that each of
/// those has a consumer of its own, shared by the contexts over it.
/// </summary>
internal static class ProfileComputations
{
    public static IEnumerable<Computation> Of(CompiledPolicy policy) => policy.ProfileContexts.SelectMany(Of);

    /// <summary>The consumer of the users of a context.</summary>
    public static string KindOf(ProfileRuleContext context) =>
        context.ResourceType is { } login ? ConsumerKinds.ProfilesOf(login) : ConsumerKinds.ProfilesOf(context.EntityType);

    private static IEnumerable<Computation> Of(CompiledProfileContext context)
    {
        var reads = ReadPaths.OfProfiles(context);
        yield return new Computation
        {
            Kind = KindOf(context.Definition),
            EntityType = context.Definition.EntityType,
            Reads = reads,
            Signature = Signatures.Of(context.Definition),
        };
        if (context.Definition.ResourceType is { } login)
        {
            yield return new Computation
            {
                Kind = ConsumerKinds.AccountsOf(login),
                EntityType = login.TargetEntityType,
                Reads = ReadSet.Empty with { Paths = reads.Paths.Where(p => p.Root == login.TargetEntityType).ToHashSet() },
                Signature = $"accounts of {login.Identifier}",
            };
        }
    }
}
