using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.Compilation;

/// <summary>The workflow states that automation rules name, by name or number (rolemodel.md 2.2).</summary>
internal static class AutomationRuleStates
{
    /// <summary>Null where there is no such state.</summary>
    public static CompiledAutomationRule? Compile(AutomationRule rule)
    {
        var isNumber = int.TryParse(rule.WorkflowState, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var state = isNumber ? (WorkflowState)number : Enum.TryParse<WorkflowState>(rule.WorkflowState, ignoreCase: false, out var named) ? named : (WorkflowState?)null;
        return state is { } known && Enum.IsDefined(known) ? new CompiledAutomationRule(rule, known) : null;
    }

    public static void Check(ConfigurationModel model, DiagnosticBag bag)
    {
        foreach (var rule in model.AutomationRules.Where(r => Compile(r) is null))
        {
            bag.Error(
                PolicyCodes.UnknownWorkflowState,
                rule.Location,
                $"The automation rule '{rule}' waits for the workflow state '{rule.WorkflowState}', which does not exist. Write its name or number, for example Found or 1.",
                NearestName.Find(rule.WorkflowState, Enum.GetNames<WorkflowState>()));
        }
    }
}
