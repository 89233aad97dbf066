namespace Muster.Expressions;

/// <summary>What the consumer of a value needs; decides which results are accepted (rolemodel.md 4.2).</summary>
public enum ValueUse
{
    /// <summary>One scalar, converted to the type of the property that it is written to.</summary>
    Scalar,

    /// <summary>True or false; null counts as false.</summary>
    Boolean,

    /// <summary>One text that is compared with other keys, exactly and ordinally; null never matches.</summary>
    CorrelationKey,

    /// <summary>Resources: a binding that ends in a navigation, or C# that returns one or many of them.</summary>
    Resources,

    /// <summary>A dictionary of texts (<c>ArgumentsExpression</c>), or null.</summary>
    Dictionary,
}
