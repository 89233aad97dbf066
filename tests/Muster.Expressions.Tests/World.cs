using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Expressions.Resources;

namespace Muster.Expressions.Tests;

/// <summary>People with organisations, records and sites, for the tests of this project.</summary>
internal static class World
{
    public static readonly DateTime Now = new(2026, 5, 4, 10, 30, 0, DateTimeKind.Utc);

    public static readonly EntityType User = new() { Identifier = "Directory_User" };
    public static readonly EntityType Record = new() { Identifier = "Directory_UserRecord" };
    public static readonly EntityType Organization = new() { Identifier = "Directory_Organization" };
    public static readonly EntityType Site = new() { Identifier = "Directory_Site" };
    public static readonly EntityType Title = new() { Identifier = "Title" };

    public static readonly IReadOnlyList<EntityType> All = Build();

    public static ExpressionCompiler Compiler { get; } = new(All);

    public static EvaluationContext Context { get; } = new() { Now = Now };

    public static ValueSource Source(string? binding, string? expression, EntityType? root) =>
        new(root, binding, expression, new SourceLocation("roles.xml", 7, 20), new SourceLocation("roles.xml", 7, 40));

    public static CompiledValue? TryCompile(
        string? expression, out DiagnosticBag bag, string? binding = null, ValueUse use = ValueUse.Scalar, PropertyType? type = null, EntityType? root = null)
    {
        bag = new DiagnosticBag();
        lock (Compiler)
        {
            return Compiler.Compile(Source(binding, expression, root ?? User), use, type, bag);
        }
    }

    public static CompiledValue Compile(
        string? expression, string? binding = null, ValueUse use = ValueUse.Scalar, PropertyType? type = null, EntityType? root = null)
    {
        var value = TryCompile(expression, out var bag, binding, use, type, root);
        Assert.True(value is not null, $"{expression}: {string.Join('\n', bag.Items)}");
        return value;
    }

    /// <summary>The value of <c>C#:user:</c> with the given body for the given person.</summary>
    public static EvaluationResult Run(string body, IResource? input = null, EvaluationContext? context = null, PropertyType? type = null) =>
        Compile("C#:user:" + body, type: type).Evaluate(input ?? Ada(), context ?? Context);

    public static string? Value(string body, IResource? input = null)
    {
        var result = Run(body, input);
        Assert.True(result.Error is null, result.Error);
        return result.Value;
    }

    /// <summary>The one error of an expression that must not compile.</summary>
    public static Diagnostic Refused(string body, ValueUse use = ValueUse.Scalar)
    {
        var value = TryCompile("C#:user:" + body, out var bag, use: use);
        Assert.True(value is null, $"This compiled: {body}");
        return bag.Items.First(d => d.Severity == DiagnosticSeverity.Error);
    }

    public static TestResource Ada()
    {
        var london = new TestResource(31, Site).With("Label", "London");
        var paris = new TestResource(32, Site).With("Label", "Paris");
        var company = new TestResource(20, Organization).With("Code", "ACME");
        var research = new TestResource(21, Organization).With("Code", "R&D").With("Parent", company);
        return new TestResource(1, User)
            .With("FirstName", "Ada").With("LastName", "Lovelace").With("Login", "alovelace").With("Age", "36").With("IsActive", "true")
            .With("StartDate", "20260101000000").With("Score", "1.5").With("Number", "9000000000").With("Key", "0f8fad5bd9cb469fa16570867728950e")
            .With("Organization", research)
            .With("Title", new TestResource(41, Title).With("Title", "Countess"))
            .WithMany("Records",
                new TestResource(11, Record).With("Code", "B2").With("Rank", "2").With("Site", paris),
                new TestResource(12, Record).With("Code", "A1").With("Rank", "1").With("Site", london));
    }

    private static IReadOnlyList<EntityType> Build()
    {
        Properties(Site, Scalar(Site, "Label"));
        Properties(Title, Scalar(Title, "Title"));
        Properties(Organization, Scalar(Organization, "Code"), One(Organization, "Parent", Organization), One(Organization, "Manager", User));
        Properties(Record, Scalar(Record, "Code"), Scalar(Record, "Rank", PropertyType.Int32), One(Record, "Site", Site), One(Record, "User", User));
        Properties(
            User,
            Scalar(User, "FirstName"), Scalar(User, "LastName"), Scalar(User, "Login"), Scalar(User, "Age", PropertyType.Int32),
            Scalar(User, "IsActive", PropertyType.Bool), Scalar(User, "StartDate", PropertyType.DateTime), Scalar(User, "EndDate", PropertyType.DateTime),
            Scalar(User, "Score", PropertyType.Double), Scalar(User, "Number", PropertyType.Int64), Scalar(User, "Key", PropertyType.Guid),
            One(User, "Organization", Organization), One(User, "Title", Title), Many(User, "Records", Record), One(User, "Manager", User));
        return [User, Record, Organization, Site, Title];
    }

    private static void Properties(EntityType entityType, params EntityProperty[] properties) => entityType.Properties = properties;

    private static EntityProperty Scalar(EntityType entityType, string name, PropertyType type = PropertyType.String) =>
        new() { EntityType = entityType, Identifier = name, Type = type };

    private static EntityProperty One(EntityType entityType, string name, EntityType target) =>
        Navigation(entityType, name, target, PropertyKind.MonoNavigation);

    private static EntityProperty Many(EntityType entityType, string name, EntityType target) =>
        Navigation(entityType, name, target, PropertyKind.MultiNavigation);

    private static EntityProperty Navigation(EntityType entityType, string name, EntityType target, PropertyKind kind)
    {
        var property = new EntityProperty { EntityType = entityType, Identifier = name, Type = PropertyType.ForeignKey, Kind = kind };
        var opposite = new EntityProperty
        {
            EntityType = target,
            Identifier = $"{entityType.Identifier}_{name}",
            Type = PropertyType.ForeignKey,
            Kind = PropertyKind.MultiNavigation,
        };
        var association = new EntityAssociation { Identifier = $"{entityType.Identifier}_{name}" };
        association.End1 = new AssociationEnd
        {
            Association = association,
            Property = property,
            IsCollection = kind == PropertyKind.MultiNavigation,
            Side = 1,
        };
        association.End2 = new AssociationEnd { Association = association, Property = opposite, IsCollection = true, Side = 2 };
        property.Navigation = association.End1;
        opposite.Navigation = association.End2;
        return property;
    }
}

/// <summary>A resource in memory.</summary>
internal sealed class TestResource(long id, EntityType entityType) : IResource
{
    private readonly Dictionary<string, string> _scalars = [];
    private readonly Dictionary<string, IReadOnlyList<IResource>> _targets = [];

    public long Id => id;

    public EntityType EntityType => entityType;

    public string? GetScalar(EntityProperty property) => _scalars.GetValueOrDefault(property.Identifier);

    public IResource? GetOne(EntityProperty navigation) => GetMany(navigation) is [var first, ..] ? first : null;

    public IReadOnlyList<IResource> GetMany(EntityProperty navigation) => _targets.GetValueOrDefault(navigation.Identifier, []);

    public TestResource With(string property, string value)
    {
        _scalars[property] = value;
        return this;
    }

    public TestResource With(string navigation, TestResource target) => WithMany(navigation, target);

    public TestResource WithMany(string navigation, params TestResource[] targets)
    {
        _targets[navigation] = targets;
        return this;
    }
}
