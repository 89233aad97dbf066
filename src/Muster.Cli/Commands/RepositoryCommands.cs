using System.CommandLine;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Repository.Assignments;
using Muster.Repository.Dump;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary><c>muster repository …</c></summary>
internal static class RepositoryCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("repository", "The whole state.");
        command.Add(Dump(host));
        command.Add(Fingerprint(host));
        command.Add(VerifyCommand.Create(host));
        return command;
    }

    private static Command Dump(CommandHost host)
    {
        var command = new Command("dump", "The whole state in canonical form, one JSON object a line.");
        host.Handle(command, (_, installation) =>
        {
            var dump = DumpOf(installation);
            using var transaction = installation.Database.BeginRead();
            dump.Write(transaction, host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Fingerprint(CommandHost host)
    {
        var command = new Command("fingerprint", "SHA-256 of the dump, and of each entity type's part.");
        host.Handle(command, (_, installation) =>
        {
            var dump = DumpOf(installation);
            using var transaction = installation.Database.BeginRead();
            var fingerprint = dump.Fingerprint(transaction);
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, fingerprint);
                return ExitCode.Done;
            }

            host.Terminal.Out.WriteLine(fingerprint.Sha256);
            foreach (var (type, hash) in fingerprint.ByEntityType)
            {
                host.Terminal.Out.WriteLine($"{hash}  {type}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static RepositoryDump DumpOf(Installation installation) => AssignmentDump.Whole(new EntitySchema(installation.Deployed));
}
