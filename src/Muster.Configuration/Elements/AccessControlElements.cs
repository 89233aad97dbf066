using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

[Element("Profile", "A role of access control in Muster itself.", IsTopLevel = true)]
public sealed record ProfileElement : ElementRecord
{
    [Field("Unique among profiles.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("True if it is a part of other profiles.")]
    public bool IsComponent { get; init; }
}

[Element("ProfileRuleContext", "Who gets profiles automatically, and on what.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record ProfileRuleContextElement : ElementRecord
{
    [Field("Name of the context.")]
    public string? Identifier { get; init; }

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Resource type of the accounts that people sign in with.", Refers = typeof(ResourceTypeElement))]
    public string? ResourceType { get; init; }

    [Field("Entity type of the users, where there is no resource type.", Refers = typeof(EntityTypeElement))]
    public string? EntityType { get; init; }

    [Field("True if dimension values are read on the root, false on the sub-object.")]
    public bool IsAppliedToRoot { get; init; } = true;

    [Field("Path from the user to the roots.")]
    public string? RootBinding { get; init; }

    [Field("Path from the user to the sub-objects.")]
    public string? SubBinding { get; init; }

    [Children("The profiles that are given.")]
    public IReadOnlyList<ProfileRuleElement> Rules { get; init; } = [];
}

[Element("ProfileRule", "Gives one profile.", Key = [], MayRepeat = true)]
public sealed record ProfileRuleElement : ElementRecord
{
    [Field("The profile.", Required = true, Refers = typeof(ProfileElement))]
    public string Profile { get; init; } = "";

    [Field("True to take the profile away.")]
    public bool IsDenied { get; init; }

    [Field("C# that is true for the roots that count.")]
    public string? RootExpression { get; init; }

    [Field("C# that is true for the sub-objects that count.")]
    public string? SubExpression { get; init; }

    [Field("Path to the value of the dimension.", Name = "B#")]
    public IReadOnlyList<NumberedValue<string>> Bindings { get; init; } = [];
}

[Element("AccessControlPermission", "A right, as a path.", IsTopLevel = true)]
public sealed record AccessControlPermissionElement : ElementRecord
{
    [Field("The path: /a/b/c.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("True if rights on the path above do not reach it.")]
    public bool BlockInheritance { get; init; }

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;
}

[Element("AccessControlRule", "What a profile may do with an entity type.", IsTopLevel = true)]
public sealed record AccessControlRuleElement : ElementRecord
{
    [Field("Unique among access control rules.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("The profile.", Required = true, Refers = typeof(ProfileElement))]
    public string Profile { get; init; } = "";

    [Field("The entity type, also a built-in one.", Required = true)]
    public string EntityType { get; init; } = "";

    [Children("The rights.")]
    public IReadOnlyList<AccessControlEntryElement> Entries { get; init; } = [];

    [Children("The entities that they hold for.")]
    public IReadOnlyList<AccessControlFilterElement> Filters { get; init; } = [];
}

[Element("Entry", "One right.", Key = ["Permission", "PropertyGroup"], MayRepeat = true)]
public sealed record AccessControlEntryElement : ElementRecord
{
    [Field("The path.", Required = true)]
    public string Permission { get; init; } = "";

    [Field("True to give the right, not only the properties.")]
    public bool CanExecute { get; init; }

    [Field("True to open all properties.")]
    public bool FullAccessProperties { get; init; }

    [Field("True to check before the change.")]
    public bool IsPreCondition { get; init; } = true;

    [Field("True to check after the change.")]
    public bool IsPostCondition { get; init; } = true;

    [Field("True to send notifications.")]
    public bool Notify { get; init; } = true;

    [Field("The highest gives the property groups.")]
    public int Priority { get; init; }

    [Field("The properties that it opens.", Refers = typeof(AccessControlPropertyGroupElement))]
    public string? PropertyGroup { get; init; }
}

[Element("Filter", "One condition on the entities of a rule.", Key = [], MayRepeat = true)]
public sealed record AccessControlFilterElement : ElementRecord
{
    [Field("Path to the value.", Required = true)]
    public string Binding { get; init; } = "";

    [Field("The comparison.")]
    public FilterOperator Operator { get; init; }

    [Field("Filters of one group must all hold, groups are alternatives.")]
    public string? Group { get; init; }

    [Field("What it is compared with.")]
    public string? Value { get; init; }

    [Field("True to compare with the user.")]
    public bool CurrentUser { get; init; }

    [Field("Dimension of the user's profiles to compare with.", Refers = typeof(DimensionElement))]
    public string? Dimension { get; init; }

    [Field("True to compare with the category of the user's profiles.")]
    public bool Category { get; init; }

    [Field("True to compare with the single role of the user's profiles.")]
    public bool SingleRole { get; init; }

    [Field("True to compare with the composite role of the user's profiles.")]
    public bool CompositeRole { get; init; }

    [Field("True to compare with the resource type of the user's profiles.")]
    public bool ResourceType { get; init; }
}

[Element("AccessControlPropertyGroup", "Properties that are shown or hidden together.", IsTopLevel = true)]
public sealed record AccessControlPropertyGroupElement : ElementRecord
{
    [Field("Unique among property groups.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;
}

[Element("AccessControlEntityType", "Which properties of an entity type are in property groups.", IsTopLevel = true)]
public sealed record AccessControlEntityTypeElement : ElementRecord
{
    [Field("The entity type.", Required = true)]
    public string Identifier { get; init; } = "";

    [Children("The properties.")]
    public IReadOnlyList<AccessControlPropertyElement> Properties { get; init; } = [];
}

[Element("Property", "The property group of one property.")]
public sealed record AccessControlPropertyElement : ElementRecord
{
    [Field("The property.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("The property group.", Required = true, Refers = typeof(AccessControlPropertyGroupElement))]
    public string VisibilityGroup { get; init; } = "";
}

[Element("AssignedProfile", "Gives a user a profile by hand.", IsTopLevel = true, Key = [], MayRepeat = true)]
public sealed record AssignedProfileElement : ElementRecord
{
    [Field("Key of the user.", Required = true)]
    public string User { get; init; } = "";

    [Field("The profile.", Required = true, Refers = typeof(ProfileElement))]
    public string Profile { get; init; } = "";

    [Field("Number of the profile context; -1 is the one without limits.", Required = true)]
    public string Context { get; init; } = "";

    [Field("State of the request: only Approved and PolicyApproved give rights.")]
    public AccessState AccessState { get; init; }

    [Field("First day, as yyyyMMdd or ISO 8601; without it there is no limit.")]
    public string? StartDate { get; init; }

    [Field("The day on which it ends, as yyyyMMdd or ISO 8601; without it there is no limit.")]
    public string? EndDate { get; init; }

    [Field("True to take the profile away.")]
    public bool IsDenied { get; init; }

    [Field("Mail address of the user.")]
    public string? Email { get; init; }
}

[Element("ProfileContext", "What a profile is limited to.", IsTopLevel = true, Key = ["Id"])]
public sealed record ProfileContextElement : ElementRecord
{
    [Field("Its number, -2 or smaller.", Required = true)]
    public long Id { get; init; }

    [Field("The category.", Refers = typeof(CategoryElement))]
    public string? Category { get; init; }

    [Field("The composite role.", Refers = typeof(CompositeRoleElement))]
    public string? CompositeRole { get; init; }

    [Field("The single role.", Refers = typeof(SingleRoleElement))]
    public string? SingleRole { get; init; }

    [Field("The resource type.", Refers = typeof(ResourceTypeElement))]
    public string? ResourceType { get; init; }

    [Field("Key of the dimension value.", Name = "D#")]
    public IReadOnlyList<NumberedValue<string>> Dimensions { get; init; } = [];

    [Field("True if rules made it.")]
    public bool IsAutomatic { get; init; }
}

[Element("OpenIdClient", "A program that signs in to Muster, and its profile.", IsTopLevel = true)]
public sealed record OpenIdClientElement : ElementRecord
{
    [Field("Its client id.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Base64 of the SHA-256 of its secret.")]
    public string? HashedSecret { get; init; }

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("The profile.", Required = true, Refers = typeof(ProfileElement))]
    public string Profile { get; init; } = "";

    [Field("Number of the profile context; without it there are no limits.", Aliases = ["ContextId"])]
    public string? Context { get; init; }

    [Field("The day from which it can do nothing, as yyyyMMdd or ISO 8601.")]
    public string? ExpirationDate { get; init; }
}
