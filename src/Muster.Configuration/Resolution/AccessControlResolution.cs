using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Configuration.Resolution;

/// <summary>Access control: permissions, rules, profiles given by hand, and clients (rolemodel.md 9.1).</summary>
internal sealed class AccessControlResolution(ResolutionScope scope, DimensionResolution dimensions)
{
    /// <summary>The hash of the documentation's sample secret, <c>secret</c>.</summary>
    private const string SampleHash = "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=";

    /// <summary>Bytes of a SHA-256.</summary>
    private const int HashLength = 32;

    /// <summary>More profiles of one user do not count (rolemodel.md 9.1).</summary>
    private const int MaximumProfiles = 10;

    private static readonly ProfileContext Unlimited = new() { Id = ProfileContext.Unlimited };

    private readonly DiagnosticBag _bag = scope.Bag;

    public AccessControl Resolve(IReadOnlyList<ProfileRuleContext> ruleContexts)
    {
        var permissions = Permissions();
        var contexts = Contexts();
        var profiles = scope.Of<AssignedProfileElement>().Select(e => Declared(e, contexts)).OfType<DeclaredProfile>().ToList();
        CheckCount(profiles);
        return new AccessControl
        {
            Permissions = permissions,
            Rules = new AccessRuleResolution(scope, permissions).Resolve(),
            Contexts = [.. contexts.Values.Where(c => c.Id != ProfileContext.Unlimited)],
            AssignedProfiles = profiles,
            Clients = [.. scope.Of<OpenIdClientElement>().Select(e => Client(e, contexts)).OfType<OpenIdClient>()],
            PropertyGroups = PropertyGroups(),
            UserEntityTypes = UserEntityTypes(ruleContexts),
        };
    }

    private PermissionTree Permissions()
    {
        foreach (var element in scope.Of<AccessControlPermissionElement>().Where(e => e.Identifier.Length > 0))
        {
            AccessRuleResolution.CheckForm(_bag, element.Identifier, element.At("Identifier"));
        }

        var known = PermissionPaths.Predefined.Concat(PermissionPaths.Generated(scope.EntityTypes.Keys, scope.Connectors.Keys, scope.ResourceTypes.Keys));
        return new PermissionTree(
        [
            .. known.Select(p => new AccessControlPermission(p)),
            .. scope.Of<AccessControlPermissionElement>().Where(e => e.Identifier.StartsWith('/'))
                .Select(e => new AccessControlPermission(e.Identifier, e.BlockInheritance)),
        ]);
    }

    private Dictionary<long, ProfileContext> Contexts()
    {
        var contexts = new Dictionary<long, ProfileContext> { [Unlimited.Id] = Unlimited };
        foreach (var element in scope.Of<ProfileContextElement>().Where(e => e.Source["Id"] is not null))
        {
            if (element.Id >= ProfileContext.Unlimited)
            {
                _bag.Error(
                    DiagnosticCodes.ProfileContextNumber,
                    element.At("Id"),
                    $"The profile context {element.Id} has a number that Muster gives itself. Contexts that are declared have -2 or a smaller number.");
            }

            contexts.TryAdd(element.Id, new ProfileContext
            {
                Id = element.Id,
                Location = element.Location,
                Category = element.Category,
                CompositeRole = element.CompositeRole,
                SingleRole = element.SingleRole,
                ResourceType = element.ResourceType,
                Dimensions = dimensions.Criteria(element, element.Dimensions, []),
            });
        }

        return contexts;
    }

    private DeclaredProfile? Declared(AssignedProfileElement element, Dictionary<long, ProfileContext> contexts)
    {
        var profile = ResolutionScope.Find(scope.Profiles, element.Profile);
        var context = ContextOf(element, element.Context, contexts);
        var start = Instant(element, "StartDate", element.StartDate);
        var end = Instant(element, "EndDate", element.EndDate);
        if (element.AccessState is not (AccessState.Approved or AccessState.PolicyApproved) && !(element.IsDenied && element.AccessState == AccessState.None))
        {
            _bag.Warning(
                DiagnosticCodes.AccessWithoutEffect,
                element.At("AccessState"),
                $"The profile '{element.Profile}' of '{element.User}' has AccessState \"{element.AccessState}\", which gives no right. Write AccessState=\"Approved\" where it holds.");
        }

        if (profile is null || context is null || element.User.Length == 0)
        {
            return null;
        }

        return new DeclaredProfile
        {
            User = element.User,
            Location = element.Location,
            Profile = profile,
            Context = context,
            AccessState = element.AccessState,
            Start = start,
            End = end,
            IsDenied = element.IsDenied,
            Email = element.Email,
        };
    }

    private void CheckCount(IEnumerable<DeclaredProfile> profiles)
    {
        foreach (var user in profiles.GroupBy(p => p.User, StringComparer.Ordinal).Where(g => g.Count() > MaximumProfiles))
        {
            _bag.Warning(
                DiagnosticCodes.TooManyProfiles,
                user.ElementAt(MaximumProfiles).Location,
                $"The user '{user.Key}' is given {user.Count()} profiles, and {MaximumProfiles} count: the first ones by their identifier. Take some away.");
        }
    }

    private OpenIdClient? Client(OpenIdClientElement element, Dictionary<long, ProfileContext> contexts)
    {
        CheckSecret(element);
        var context = string.IsNullOrWhiteSpace(element.Context) ? Unlimited : ContextOf(element, element.Context, contexts);
        var expires = Instant(element, "ExpirationDate", element.ExpirationDate);
        if (context is null || ResolutionScope.Find(scope.Profiles, element.Profile) is not { } profile)
        {
            return null;
        }

        return new OpenIdClient
        {
            Identifier = element.Identifier,
            Location = element.Location,
            DisplayNames = element.DisplayName,
            Profile = profile,
            Context = context,
            HashedSecret = string.IsNullOrWhiteSpace(element.HashedSecret) ? null : element.HashedSecret.Trim(),
            Expires = expires,
        };
    }

    private void CheckSecret(OpenIdClientElement client)
    {
        if (client.HashedSecret?.Trim() is not { Length: > 0 } hash)
        {
            return;
        }

        if (hash == SampleHash)
        {
            _bag.Warning(
                DiagnosticCodes.SampleSecret,
                client.At("HashedSecret"),
                $"The client '{client.Identifier}' has the secret of the documentation's sample. Choose a long random secret and write its hash.");
        }
        else if (!Convert.TryFromBase64String(hash, new byte[hash.Length], out var length) || length != HashLength)
        {
            _bag.Warning(
                DiagnosticCodes.SecretHash,
                client.At("HashedSecret"),
                $"The client '{client.Identifier}' can never sign in: its HashedSecret is no Base64 text of {HashLength} bytes. Write Base64(SHA-256(secret)).");
        }
    }

    private ProfileContext? ContextOf(ElementRecord record, string text, Dictionary<long, ProfileContext> contexts)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) && contexts.TryGetValue(id, out var context))
        {
            return context;
        }

        _bag.Error(
            DiagnosticCodes.UnknownReference,
            (record.Source.Find("Context") ?? record.Source.Find("ContextId"))?.Location ?? record.Location,
            $"There is no ProfileContext '{text}', which {record.Source.Name} '{record.Source["Identifier"] ?? record.Source["User"]}' names. "
            + "Declare it, or write -1 for the one without limits.");
        return null;
    }

    private DateTime? Instant(ElementRecord record, string attribute, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (CanonicalText.TryNormalize(PropertyType.DateTime, text, out var canonical) && CanonicalText.ToClr(PropertyType.DateTime, canonical) is DateTime instant)
        {
            return instant;
        }

        _bag.Error(DiagnosticCodes.BadValue, record.At(attribute), $"'{text}' is no date. Write {attribute} as yyyyMMdd or as ISO 8601.");
        return null;
    }

    private Dictionary<EntityProperty, string> PropertyGroups()
    {
        var groups = new Dictionary<EntityProperty, string>();
        foreach (var element in scope.Of<AccessControlEntityTypeElement>().Where(e => e.Identifier.Length > 0))
        {
            if (ResolutionScope.Find(scope.EntityTypes, element.Identifier) is not { } type)
            {
                AccessRuleResolution.CheckEntityType(scope, element.Identifier, element.At("Identifier"));
                continue;
            }

            foreach (var property in element.Properties)
            {
                if (scope.PropertyOf(type, property.Identifier, property.At("Identifier")) is { } found && property.VisibilityGroup.Length > 0)
                {
                    groups.TryAdd(found, property.VisibilityGroup);
                }
            }
        }

        return groups;
    }

    private List<EntityType> UserEntityTypes(IReadOnlyList<ProfileRuleContext> ruleContexts)
    {
        List<EntityType> users = [.. ruleContexts.Select(c => c.EntityType).Distinct()];
        if (users.Count == 0)
        {
            users = [.. scope.SingleRoles.Values.Select(r => r.EntityType).Concat(scope.ResourceTypes.Values.Select(t => t.SourceEntityType)).Distinct()];
        }

        return users.Count == 0 ? [.. scope.EntityTypes.Values] : users;
    }
}
