using System.Text;
using Muster.Configuration.Model;

namespace Muster.Expressions.CSharp;

/// <summary>Writes the C# declarations that expressions are bound against: one class per entity type, and the implicit variables' classes.</summary>
internal static class SurrogateSource
{
    public const string Namespace = "Muster.Surrogates";
    public const string EntityNamespace = "Muster.Surrogates.Entities";

    private const string Fixed = """
        #nullable enable
        namespace Muster.Surrogates
        {
            public abstract class Entity { public long Id => 0; }
            public interface IQueryHandler { global::System.Collections.Generic.IEnumerable<T> Select<T>(string query) where T : Entity; }
            public abstract class AssignmentInformation
            {
                public global::System.DateTime? StartDate => null;
                public global::System.DateTime? EndDate => null;
                public string? ParametersValues => null;
            }
            public abstract class OrderChange
            {
                public abstract bool IsNone();
                public abstract bool IsAdded();
                public abstract bool IsUpdated();
                public abstract bool IsDeleted();
            }
            public abstract class ProvisioningOrder
            {
                public abstract OrderChange ChangeType { get; }
                public abstract bool HasChanged(string property);
                public abstract bool TryGetScalar(string property, out string? value);
                public abstract bool TryGetAddedNavigations(string property, out global::System.Collections.Generic.List<long>? ids);
                public abstract bool TryGetRemovedNavigations(string property, out global::System.Collections.Generic.List<long>? ids);
            }
        }
        namespace Microsoft.Extensions.Logging
        {
            public interface ILogger { }
            public static class LoggerExtensions { public static void LogDebug(this ILogger logger, string? message, params object?[] args) { } }
        }
        namespace Usercube.Expressions.Functions
        {
            public static class UtilExpressions
            {
                public static string? BuildUsername(string? firstName, string? lastName, string? separator, string? suffix, int? iteration) => null;
                public static string? BuildUsernameWithInitials(string? firstName, string? lastName, string? separator, string? suffix, int? maxLength, int? iteration) => null;
            }
            public static class PredefinedFunctions
            {
                public static string Simplify(this string? text) => "";
                public static string RemoveDiacritics(this string? text) => "";
                public static string ToDoubleMetaphone(this string? text) => "";
                public static string ToSoundex(this string? text) => "";
                public static string ToFirstName(this string? text) => "";
                public static string ToTitle(this string? text) => "";
                public static string ToFormatedDN(this string? text) => "";
                public static global::System.DateTime? ParseLocalDate(this string? text, string timeZone, string format) => null;
                public static global::System.DateTime? ParseLocalDateThenAddMinutes(this string? text, string timeZone, string format, int minutes) => null;
                public static global::System.DateTime? ParseUniversalDate(this string? text, string format) => null;
                public static global::System.DateTime? ParseUniversalDateThenAddMinutes(this string? text, string format, int minutes) => null;
                public static string? FormatLocalDate(this global::System.DateTime? date, string timeZone, string format) => null;
                public static string FormatLocalDate(this global::System.DateTime date, string timeZone, string format) => "";
                public static string ToSince1601DateString(this global::System.DateTime date) => "";
                public static string? ToSince1601DateString(this global::System.DateTime? date) => null;
            }
        }
        """;

    public static string Write(IEnumerable<EntityType> entityTypes)
    {
        var source = new StringBuilder(Fixed);
        source.Append("\nnamespace ").Append(EntityNamespace).Append("\n{\n");
        foreach (var entityType in entityTypes)
        {
            // Members stand in a base class, since a property may have the name of its entity type.
            source.Append("    public abstract class ").Append(entityType.Identifier).Append("__Members : global::Muster.Surrogates.Entity\n    {\n");
            foreach (var property in entityType.Properties)
            {
                if (TypeOf(property) is { } type)
                {
                    source.Append("        public new ").Append(type).Append(" @").Append(property.Identifier).Append(" => default!;\n");
                }
            }

            source.Append("    }\n    public abstract class @").Append(entityType.Identifier).Append(" : ").Append(entityType.Identifier).Append("__Members { }\n");
        }

        return source.Append("}\n").ToString();
    }

    /// <summary>The type of a binding's value as a parameter; null if expressions cannot read it.</summary>
    public static string? TypeOf(EntityProperty property) => property.Kind switch
    {
        PropertyKind.MonoNavigation => $"global::{EntityNamespace}.@{property.TargetEntityType!.Identifier}?",
        PropertyKind.MultiNavigation => ManyOf(property.TargetEntityType!),
        PropertyKind.Binary => null,
        _ => property.Type switch
        {
            PropertyType.String => "string?",
            PropertyType.Bytes => "byte[]?",
            PropertyType.Int32 => "int?",
            PropertyType.Int64 or PropertyType.Option or PropertyType.ForeignKey => "long?",
            PropertyType.DateTime => "global::System.DateTime?",
            PropertyType.Bool => "bool?",
            PropertyType.Guid => "global::System.Guid?",
            PropertyType.Double => "double?",
            PropertyType.Byte => "byte?",
            PropertyType.Int16 => "short?",
            _ => null,
        },
    };

    public static string ManyOf(EntityType target) => $"global::System.Collections.Generic.IEnumerable<global::{EntityNamespace}.@{target.Identifier}>";
}
