using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;

namespace Muster.Policy.Compilation;

/// <summary>
/// What SetInternalUserProfiles reads (rolemodel.md 5.12). A task names entity types of users and resource types of logins, so that each of
/// those has a consumer of its own, shared by the contexts over it.
/// </summary>
internal static class ProfileComputations
{
    public static IEnumerable<Computation> Of(CompiledPolicy policy)
    {
        // Profiles that are given by hand use up the limit of those that rules give, and name their users by key.
        var byHand = string.Join('\n', policy.Model.AccessControl.AssignedProfiles.Where(p => !p.IsDenied).Select(p => p.User).Order(StringComparer.Ordinal));
        return policy.ProfileContexts.SelectMany(c => Of(c, byHand));
    }

    /// <summary>The consumer of the users of a context.</summary>
    public static string KindOf(ProfileRuleContext context) =>
        context.ResourceType is { } login ? ConsumerKinds.ProfilesOf(login) : ConsumerKinds.ProfilesOf(context.EntityType);

    private static IEnumerable<Computation> Of(CompiledProfileContext context, string byHand)
    {
        var reads = ReadPaths.OfProfiles(context);
        if (byHand.Length > 0)
        {
            var users = context.Definition.EntityType;
            reads = reads with { Paths = reads.Paths.Concat(ReadPaths.KeysOf(users).Select(k => new ReadPath(users, [k]))).ToHashSet() };
        }

        yield return new Computation
        {
            Kind = KindOf(context.Definition),
            EntityType = context.Definition.EntityType,
            Reads = reads,
            Signature = Signatures.Of(context.Definition) + (byHand.Length == 0 ? "" : $"\nby hand:\n{byHand}"),
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
