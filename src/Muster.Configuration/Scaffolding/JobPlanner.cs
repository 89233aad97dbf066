using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>
/// Decides what one scaffolding element makes: which agent, which connectors, which job (scaffoldings.md, The scaffoldings). What cannot be
/// made is reported, and nothing is made of it.
/// </summary>
internal sealed class JobPlanner(SourceConfiguration configuration, DiagnosticBag bag)
{
    private static readonly string[] DisplayNameAttributes = [.. Enumerable.Range(1, 16).Select(n => $"DisplayName_L{n}")];

    /// <summary>The job of a scaffolding, filled; null for one that makes no single job, and where an error keeps it from being made.</summary>
    public GeneratedJob? Plan(ConfigurationElement scaffolding)
    {
        if (scaffolding.Find("OldAlgorithm") is { } old)
        {
            bag.Notice(
                ScaffoldingDiagnostics.OldAlgorithm, old.Location,
                $"The attribute 'OldAlgorithm' of '{scaffolding.Name}' has no effect. It can be removed.");
        }

        var hasErrors = CheckConnectors(scaffolding);
        WarnOfMissingJob(scaffolding);
        return scaffolding.Name switch
        {
            _ when hasErrors => null,
            ScaffoldingElements.ConnectorIncremental => OfConnector(scaffolding, true),
            ScaffoldingElements.ConnectorComplete => OfConnector(scaffolding, false),
            ScaffoldingElements.AgentIncremental => OfAgent(scaffolding, true),
            ScaffoldingElements.AgentComplete => OfAgent(scaffolding, false),
            ScaffoldingElements.Initialization => Initialization(scaffolding),
            ScaffoldingElements.CleanDatabase => CleanDatabase(scaffolding),
            _ => null,
        };
    }

    private GeneratedJob? OfConnector(ConfigurationElement scaffolding, bool isIncremental)
    {
        if (scaffolding["Connector"] is not { } identifier || configuration.FindConnector(identifier) is not { } connector ||
            AgentOf(scaffolding, connector) is not { } agent)
        {
            return null;
        }

        var mode = isIncremental ? "Incremental" : "Complete";
        var job = NewJob(scaffolding, $"{identifier}_Synchronize_{mode}", agent, connector.Element, $"Synchronization {mode}");
        job.Job.Set("IsIncremental", isIncremental ? "true" : null);
        var scope = new JobScope(
            configuration, [new ScopedConnector(connector, !Has(scaffolding, "NoSynchronization"), !Has(scaffolding, "NoProvisioning"))]);
        new SynchronizationJobScaffolding(job, new TaskFactory(scaffolding, job.Identifier, agent), scope, isIncremental, false).Fill();
        return job;
    }

    private GeneratedJob? OfAgent(ConfigurationElement scaffolding, bool isIncremental)
    {
        if (AgentOf(scaffolding, null) is not { } agent)
        {
            return null;
        }

        var mode = isIncremental ? "Incremental" : "Complete";
        var job = NewJob(scaffolding, $"{agent}_Synchronize_{mode}", agent, configuration.FindAgent(agent), $"Synchronization {mode}");
        job.Job.Set("IsIncremental", isIncremental ? "true" : null);
        var takesFullExtracts = !isIncremental || AttributeText.IsTrue(scaffolding["IncludeFullExtracts"]);
        var scope = new JobScope(
            configuration,
            [
                .. Used(scaffolding, agent, isIncremental).Select(c =>
                    c with { IsSynchronized = c.IsSynchronized && (takesFullExtracts || c.Connector.IncrementalType != PreparationType.None) }),
            ]);
        if (!scope.Synchronized.Any())
        {
            bag.Warning(
                ScaffoldingDiagnostics.NothingSynchronized, scaffolding.Location,
                $"The job '{job.Identifier}' synchronizes no connector of the agent '{agent}'. " + (isIncremental && !takesFullExtracts
                    ? "Connectors whose systems give changes are taken; write IncludeFullExtracts=\"true\" to take those with full extracts too."
                    : "Give the agent a connector with a connection that exports."));
        }

        new SynchronizationJobScaffolding(job, new TaskFactory(scaffolding, job.Identifier, agent), scope, isIncremental, true).Fill();
        return job;
    }

    private GeneratedJob? Initialization(ConfigurationElement scaffolding)
    {
        if (AgentOf(scaffolding, null) is not { } agent)
        {
            return null;
        }

        var job = NewJob(scaffolding, "InitializationJob", agent, configuration.FindAgent(agent), "Initialization");
        job.Job.Set("IsInitializationJob", "true").Set("UserStartDenied", "true");
        var scope = new JobScope(configuration, [.. Used(scaffolding, agent, false)]);
        new InitializationJobScaffolding(job, new TaskFactory(scaffolding, job.Identifier, agent), configuration, scope).Fill();
        return job;
    }

    private static GeneratedJob CleanDatabase(ConfigurationElement scaffolding)
    {
        var job = NewJob(scaffolding, "CleanDatabase", null, null, "Clean Database");
        job.AddLevel(new TaskFactory(scaffolding, job.Identifier, null).JobTask(
            "CloseInterruptedInstancesTask", "CloseInterruptedInstances", TaskTitles.CloseInterrupted));
        return job;
    }

    /// <summary>The connectors of an agent that neither their own rule nor the scaffolding leaves out.</summary>
    private IEnumerable<ScopedConnector> Used(ConfigurationElement scaffolding, string agent, bool isIncremental)
    {
        var notUsed = ConnectorsIn(scaffolding, "NotUsed");
        var notSynchronized = ConnectorsIn(scaffolding, "NoConnectorSynchronization");
        var notProvisioned = ConnectorsIn(scaffolding, "NoConnectorProvisioning");
        return
            from connector in configuration.Connectors
            let rule = connector.RuleFor(isIncremental)
            where connector.Agent == agent && rule != JobIntegrationRule.NotUsed && !notUsed.Contains(connector.Identifier)
            select new ScopedConnector(
                connector,
                rule != JobIntegrationRule.OnlyProvisioning && !notSynchronized.Contains(connector.Identifier),
                rule != JobIntegrationRule.OnlySynchronization && !notProvisioned.Contains(connector.Identifier));
    }

    private static GeneratedJob NewJob(
        ConfigurationElement scaffolding, string identifier, string? agent, ConfigurationElement? named, string title)
    {
        var madeBy = scaffolding["JobIdentifier"] is { Length: > 0 } written ? written : identifier;
        var job = new ConfigurationElement("Job", scaffolding.Location) { MadeBy = madeBy }.Set("Identifier", madeBy);
        var subject = named is null ? agent : SourceConfiguration.NameOf(named, 1);
        job.Set("DisplayName_L1", subject is null ? title : $"{subject} - {title}");
        foreach (var name in DisplayNameAttributes)
        {
            if (scaffolding[name] is { } displayName)
            {
                job.Set(name, displayName);
            }
        }

        job.Set("Agent", agent);
        if (scaffolding.Children.FirstOrDefault(c => c.Name == "CronTabExpression") is { } cron && cron.Find("CronTab") is { } expression)
        {
            job.Attributes.Add(expression with { Name = "CronTabExpression" });
            if (cron.Find("CronTimeZone") is { } zone)
            {
                job.Attributes.Add(zone);
            }
        }

        return new GeneratedJob(scaffolding, job);
    }

    private string? AgentOf(ConfigurationElement scaffolding, SourceConnector? connector)
    {
        if (connector?.Agent is { } ofConnector)
        {
            return ofConnector;
        }

        if (scaffolding.Find("Agent") is { } written)
        {
            if (configuration.Agents.Contains(written.Value))
            {
                return written.Value;
            }

            Unknown(scaffolding, written, "agent", configuration.Agents);
            return null;
        }

        if (configuration.Agents.Count == 1)
        {
            return configuration.Agents[0];
        }

        var list = configuration.Agents.Count == 0 ? "there is none" : "there are " + string.Join(", ", configuration.Agents.Select(a => $"'{a}'"));
        bag.Error(
            ScaffoldingDiagnostics.AgentNeeded, scaffolding.Location,
            connector is null
                ? $"'{scaffolding.Name}' names no agent, and {list}. Write its 'Agent'."
                : $"The connector '{connector.Identifier}' of '{scaffolding.Name}' names no agent, and {list}. Write the connector's 'Agent'.");
        return null;
    }

    /// <summary>Reports connectors that do not exist; true if one was found.</summary>
    private bool CheckConnectors(ConfigurationElement scaffolding)
    {
        var attributes = scaffolding.Children.Select(c => (Element: c, Attribute: c.Find("ConnectorIdentifier")))
            .Append((Element: scaffolding, Attribute: scaffolding.Find("Connector")));
        var hasErrors = false;
        foreach (var (element, attribute) in attributes.Where(a => a.Attribute is not null))
        {
            if (configuration.FindConnector(attribute!.Value) is not { } connector)
            {
                hasErrors = true;
                Unknown(element, attribute, "connector", configuration.Connectors.Select(c => c.Identifier));
            }
            else if (element.Name == "FulfillInternalWorkflowsPath" && !connector.IsWorkflowProvisioning)
            {
                hasErrors = true;
                bag.Error(
                    ScaffoldingDiagnostics.NoWorkflowProvisioning, attribute.Location,
                    $"'FulfillInternalWorkflowsPath' names the connector '{connector.Identifier}', which is not fulfilled by workflows. " +
                    "Write IsWorkflowProvisioning=\"true\" on the connector, or remove the path.");
            }
        }

        return hasErrors;
    }

    private void WarnOfMissingJob(ConfigurationElement scaffolding)
    {
        if (!Has(scaffolding, "DoNotCreateJob"))
        {
            return;
        }

        foreach (var child in scaffolding.Children.Where(c => c.Name is "AddTask" or "CronTabExpression"))
        {
            bag.Warning(
                ScaffoldingDiagnostics.NeedsJob, child.Location,
                $"'{child.Name}' has no effect, because 'DoNotCreateJob' makes '{scaffolding.Name}' make tasks without a job. Remove one of the two.");
        }
    }

    private void Unknown(ConfigurationElement element, ConfigurationAttribute attribute, string kind, IEnumerable<string> known) => bag.Error(
        ScaffoldingDiagnostics.UnknownIdentifier, attribute.Location,
        $"'{element.Name}' names the {kind} '{attribute.Value}', which does not exist. Name an existing {kind}.",
        NearestName.Find(attribute.Value, known));

    private static HashSet<string> ConnectorsIn(ConfigurationElement scaffolding, string child) =>
        scaffolding.Children.Where(c => c.Name == child).Select(c => c["ConnectorIdentifier"]).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static bool Has(ConfigurationElement scaffolding, string child) => scaffolding.Children.Any(c => c.Name == child);
}
