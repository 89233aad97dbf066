namespace Muster.Expressions.Runtime;

/// <summary>
/// Says that the static methods of a class stand for the members of a type that expressions may use. A method stands for the member of its
/// name whose receiver and parameters have the same types; a leading <see cref="EvaluationFrame"/> is passed by the translation.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class MembersOfAttribute(string typeName) : Attribute
{
    /// <summary>Metadata name with namespace: <c>System.Collections.Generic.List`1</c>.</summary>
    public string TypeName { get; } = typeName;
}

/// <summary>The method stands for a property's getter (an indexer's is named Item).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GetterAttribute : Attribute;

/// <summary>The method stands for a property's setter; the value is its last parameter.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SetterAttribute : Attribute;

/// <summary>The method stands for a constructor.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConstructorAttribute : Attribute;
