using System.Globalization;
using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Policy.Compilation;
using Muster.Repository.Resources;

namespace Muster.Policy.Properties;

/// <summary>What is to be said about one evaluation.</summary>
/// <param name="Expression">The position of the expression among those that were evaluated together.</param>
internal readonly record struct ScalarFinding(int Expression, StoredResource Resource, EvaluationResult Result);

/// <summary>
/// Evaluates scalar expressions on the resources of a batch, some resources at a time. Values are replaced in the resources at once: an expression sees what those before
/// it gave on the same resource, and none reads them on another one (<see cref="PropertyGroup"/>).
/// </summary>
/// <param name="properties">The computed scalars of the group, each once.</param>
/// <param name="workers">How many threads evaluate.</param>
internal sealed class ScalarEvaluation(IReadOnlyList<EntityProperty> properties, EvaluationContext context, int workers)
{
    /// <summary>Resources that a thread takes at once.</summary>
    private const int Share = 64;

    private readonly Dictionary<EntityProperty, int> _positions = properties.Select((property, index) => (property, index)).ToDictionary(p => p.property, p => p.index);

    /// <summary>Gives what is to be said, by expression and resource.</summary>
    /// <param name="updates">For each resource what differs from the store so far; null for nothing.</param>
    public IReadOnlyList<ScalarFinding> Evaluate(
        IReadOnlyList<StoredResource> resources, IReadOnlyList<CompiledPropertyExpression> expressions, ScalarUpdate?[] updates)
    {
        var findings = new List<ScalarFinding>?[(resources.Count + Share - 1) / Share];
        if (workers > 1 && findings.Length > 1)
        {
            Parallel.For(0, findings.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, Evaluate);
        }
        else
        {
            for (var share = 0; share < findings.Length; share++)
            {
                Evaluate(share);
            }
        }

        return [.. findings.OfType<List<ScalarFinding>>().SelectMany(f => f).OrderBy(f => f.Expression)];

        void Evaluate(int share)
        {
            // An expression sets the culture that it needs if it finds another, which costs more than most expressions.
            var culture = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            for (var index = share * Share; index < Math.Min((share + 1) * Share, resources.Count); index++)
            {
                EvaluateOne(resources[index], expressions, ref updates[index], ref findings[share]);
            }

            CultureInfo.CurrentCulture = culture;
        }
    }

    private void EvaluateOne(
        StoredResource resource, IReadOnlyList<CompiledPropertyExpression> expressions, ref ScalarUpdate? update, ref List<ScalarFinding>? findings)
    {
        for (var index = 0; index < expressions.Count; index++)
        {
            var expression = expressions[index];
            var result = expression.Value.Evaluate(resource, context);
            if (result.IsAmbiguous || result.IsError)
            {
                (findings ??= []).Add(new ScalarFinding(index, resource, result));
            }

            if (!result.IsError && resource.GetScalar(expression.Property) is var before && result.Value != before)
            {
                (update ??= new ScalarUpdate(resource, properties.Count)).Note(_positions[expression.Property], before);
                resource.Override(expression.Property, result.Value);
            }
        }
    }
}
