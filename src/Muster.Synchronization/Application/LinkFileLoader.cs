using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

/// <summary>Brings one delivered link file into the staging of its association (synchronization.md 9.6).</summary>
internal static class LinkFileLoader
{
    private const int CancellationInterval = 4096;

    public static void Load(LinkStaging staging, DeliveryFile file, DeliveredFileReader reader, CancellationToken cancellationToken)
    {
        var header = reader.Header.ToList();
        var (key1, key2, command) = (header.IndexOf("key1"), header.IndexOf("key2"), header.IndexOf("command"));
        if (key1 < 0 || key2 < 0 || (file.Kind == DeliveryFileKind.LinkChanges && command < 0))
        {
            throw new TaskFailedException($"The delivered file '{file.Name}' lacks one of its columns. Run a complete job for its connector.");
        }

        while (reader.Read())
        {
            if (reader.Rows % CancellationInterval == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (staging.Source == LinkSource.Full)
            {
                staging.Deliver(reader.Text(key1), reader.Text(key2));
            }
            else
            {
                var verb = command < 0 ? RowCommand.Merge : DeliveredCommand.Parse(reader.Text(command), file.Name, reader.Line);
                staging.Deliver(verb, reader.Text(key1), reader.Text(key2));
            }
        }

        if (reader.Rows != file.Rows)
        {
            throw new TaskFailedException(
                $"The delivered file '{file.Name}' has {reader.Rows} rows instead of {file.Rows}. Run a complete job for its connector.");
        }
    }
}
