using System.Globalization;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Policy.Decisions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Access;

/// <summary>
/// Finds users and the profiles that they have now (rolemodel.md 9.1, 9.2): given by rules (in the store) or by hand (in the configuration),
/// approved, in their dates, and not denied in the same context.
/// </summary>
internal sealed class AccessUsers(RepositoryTransaction transaction, EntitySchema schema, ConfigurationModel model)
{
    /// <summary>More profiles of one user do not count.</summary>
    private const int MaximumProfiles = 10;

    private readonly ResourceReader _reader = new(transaction, schema);

    /// <summary>A profile as it was given, before it is asked whether it counts.</summary>
    private sealed record Given(UserProfile Profile, AccessState State, DateTime Start, DateTime End);

    /// <summary>
    /// By <c>KEY</c>, by <c>TYPE:KEY</c> where several entity types have users with the key, or <c>OpenIdClient:ID</c>. Throws
    /// <see cref="DecisionRefusedException"/> where there is no such user.
    /// </summary>
    public AccessUser Find(string name)
    {
        if (name.StartsWith("OpenIdClient:", StringComparison.Ordinal))
        {
            var identifier = name["OpenIdClient:".Length..];
            return Of(model.AccessControl.FindClient(identifier) ?? throw DecisionRefusedException.Wrong(
                $"There is no OpenIdClient '{identifier}'.{AssignmentItem.Nearest(identifier, model.AccessControl.Clients.Select(c => c.Identifier))}"));
        }

        var users = model.AccessControl.UserEntityTypes;
        var found = users.Select(type => (Type: type, Id: _reader.FindByKey(type, name))).Where(u => u.Id is not null).ToList();
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (found.Count == 0 && colon > 0 && model.FindEntityType(name[..colon]) is { } written)
        {
            found = _reader.FindByKey(written, name[(colon + 1)..]) is { } id ? [(written, id)] : [];
        }

        return found switch
        {
            [var (type, id)] => Of(type, id!.Value, name),
            [] => throw new DecisionRefusedException($"There is no user '{name}': users are {string.Join(", ", users.Select(t => $"'{t}'"))}, and are named by their key."),
            _ => throw DecisionRefusedException.Wrong($"There are several users '{name}': {string.Join(", ", found.Select(f => $"'{f.Type}:{name}'"))}. Name one of these."),
        };
    }

    /// <summary>A program: the one profile of its client, until the client expires.</summary>
    public AccessUser Of(OpenIdClient client)
    {
        var profile = new UserProfile(client.Profile.Identifier, ContextOf(client.Context), false, $"OpenIdClient '{client.Identifier}'");
        var isExpired = client.Expires is { } expires && expires <= transaction.Now;
        return new AccessUser
        {
            Name = $"OpenIdClient:{client.Identifier}",
            Profiles = isExpired ? [] : [profile],
            Others = isExpired ? [(profile, $"the client expired {client.Expires:yyyy-MM-dd}")] : [],
        };
    }

    public AccessUser Of(EntityType type, long id, string name)
    {
        IEnumerable<Given> given = [.. new ProfileStore(transaction).Of([id]).Select(Stored), .. Declared(type, id)];
        var counting = new List<UserProfile>();
        var others = new List<(UserProfile, string)>();
        List<Given> all = [.. given.OrderBy(g => g.Profile.Profile, StringComparer.Ordinal).ThenBy(g => g.Profile.Context.Identity, StringComparer.Ordinal).ThenBy(g => g.Profile.Origin, StringComparer.Ordinal)];
        var denied = all.Where(g => g.Profile.IsDenied && WhyNot(g) is null).Select(g => Identity(g.Profile)).ToHashSet();
        foreach (var one in all.Where(g => !g.Profile.IsDenied))
        {
            if ((WhyNot(one) ?? (denied.Contains(Identity(one.Profile)) ? "it is denied" : null)) is { } because)
            {
                others.Add((one.Profile, because));
            }
            else if (counting.Exists(p => Identity(p) == Identity(one.Profile)))
            {
                continue;
            }
            else if (counting.Count == MaximumProfiles)
            {
                others.Add((one.Profile, $"more than {MaximumProfiles} profiles of a user do not count"));
            }
            else
            {
                counting.Add(one.Profile);
            }
        }

        return new AccessUser { Name = name, Resource = new ResourceValue(type, id), Profiles = counting, Others = others };
    }

    /// <summary>Why a profile does not count now; a denial by hand needs no approval.</summary>
    private string? WhyNot(Given given) =>
        given.Start > transaction.Now ? $"it begins {given.Start:yyyy-MM-dd}"
        : given.End <= transaction.Now ? $"it ended {given.End:yyyy-MM-dd}"
        : given.State is AccessState.Approved or AccessState.PolicyApproved || (given.Profile.IsDenied && given.State == AccessState.None) ? null
        : $"it is not approved (AccessState {given.State})";

    private static (string, string) Identity(UserProfile profile) => (profile.Profile, profile.Context.Identity);

    private Given Stored(AssignedProfile row) => new(
        new UserProfile(
            row.Profile,
            ContextOf(row.Dimensions),
            row.IsDenied,
            row.RuleContext is { } context ? $"profile rule context '{context}'" : "given by hand"),
        (AccessState)row.AccessState,
        row.StartDate,
        row.EndDate);

    private IEnumerable<Given> Declared(EntityType type, long id) =>
        from declared in model.AccessControl.AssignedProfiles
        where FindUser(declared.User) == (type, id)
        select new Given(
            new UserProfile(declared.Profile.Identifier, ContextOf(declared.Context), declared.IsDenied, $"AssignedProfile at {declared.Location}"),
            declared.AccessState,
            declared.Start ?? SentinelDates.Minimum,
            declared.End ?? SentinelDates.Maximum);

    /// <summary>The first user with a key, in the order of the entity types of users.</summary>
    private (EntityType, long)? FindUser(string key)
    {
        foreach (var type in model.AccessControl.UserEntityTypes)
        {
            if (_reader.FindByKey(type, key) is { } id)
            {
                return (type, id);
            }
        }

        return null;
    }

    private AccessContext ContextOf(ProfileContext context) => new()
    {
        Category = context.Category,
        CompositeRole = context.CompositeRole,
        SingleRole = context.SingleRole,
        ResourceType = context.ResourceType,
        Dimensions = context.Dimensions.ToDictionary(d => d.Dimension, d => _reader.FindByKey(d.Dimension.EntityType, d.Value)),
        Text = string.Join(
            ", ",
            context.Dimensions.Select(d => $"{d.Dimension} '{d.Value}'").Concat(
                new (string Name, string? Value)[]
                {
                    ("category", context.Category), ("composite role", context.CompositeRole), ("single role", context.SingleRole), ("resource type", context.ResourceType),
                }.Where(l => !string.IsNullOrEmpty(l.Value)).Select(l => $"{l.Name} '{l.Value}'"))),
    };

    /// <summary>As SetInternalUserProfiles writes it: <c>dimension=resource</c>, separated by semicolons.</summary>
    private AccessContext ContextOf(string dimensions)
    {
        var values = new Dictionary<Dimension, long?>();
        var text = new List<string>();
        foreach (var (index, id) in dimensions.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Parse))
        {
            if (model.Dimensions.FirstOrDefault(d => d.Index == index) is { } dimension)
            {
                values[dimension] = id;
                text.Add($"{dimension} '{Owners.Keys(_reader, dimension.EntityType, [id]).GetValueOrDefault(id, $"#{id}")}'");
            }
        }

        return new AccessContext { Dimensions = values, Text = string.Join(", ", text) };
    }

    private static (int Index, long Id) Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return (int.Parse(text[..equals], CultureInfo.InvariantCulture), long.Parse(text[(equals + 1)..], CultureInfo.InvariantCulture));
    }
}
