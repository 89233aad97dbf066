using System.CommandLine;
using Muster.Cli.Hosting;
using Muster.Policy.Access;
using Muster.Repository;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary>
/// <c>--as USER</c>: in whose name a command acts. Without it the person at the command line is the operator, who owns the store and may do
/// everything; with it the user's rights are evaluated (docs/access-control.md).
/// </summary>
internal sealed class ActingUser
{
    private readonly Option<string?> _option = new("--as")
    {
        HelpName = "USER",
        Description = "Acts in the name of this user, with the rights that they have. Without it you are the operator, who may do everything.",
    };

    public void AddTo(Command command) => command.Add(_option);

    /// <summary>Null for the operator.</summary>
    public string? Of(ParseResult result) => result.GetValue(_option) switch
    {
        null => null,
        var name when string.IsNullOrWhiteSpace(name) => throw CommandException.Wrong("--as names nobody. Give the key of a user, or leave it out."),
        var name => name.Trim(),
    };

    /// <summary>Who acts, for records: the user, else the person of this session.</summary>
    public string Initiator(ParseResult result) => Of(result) is { } user ? $"person:{user}" : JobRunCommands.Initiator();

    /// <summary>Holds an action on jobs against the user's rights by the deployed configuration; ends the command where one is missing.</summary>
    public void Require(ParseResult result, Installation installation, Action<JobRights> rights)
    {
        if (Of(result) is not { } user)
        {
            return;
        }

        using var transaction = installation.Database.BeginRead();
        DecisionOptions.Decide(() =>
        {
            rights(new JobRights(new AccessGuard(transaction, new EntitySchema(installation.Deployed), installation.Deployed, user)));
            return true;
        });
    }

    /// <summary>The rights of the user, or of the operator, by the deployed configuration; ends the command where the user may not act at all.</summary>
    public AccessGuard Guard(ParseResult result, Installation installation, RepositoryTransaction transaction)
    {
        var model = installation.Deployed;
        return DecisionOptions.Decide(() => new AccessGuard(transaction, new EntitySchema(model), model, Of(result)));
    }
}
