using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Expressions.Bindings;

namespace Muster.Expressions.CSharp;

internal sealed class CSharpCompiler(IReadOnlyList<EntityType> entityTypes)
{
    public CompiledValue? Compile(ValueSource source, BindingPath? binding, ValueUse use, PropertyType? resultType, DiagnosticBag bag)
    {
        _ = (entityTypes, binding, use, resultType);
        bag.Error(ExpressionCodes.NotSupported, source.ExpressionLocation, "C# expressions are not supported yet.");
        return null;
    }
}
