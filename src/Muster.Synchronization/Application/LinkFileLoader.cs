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
        var (key1, key2) = Columns(reader, file);
        var command = reader.Header.ToList().IndexOf("command");
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

        CheckRows(reader, file);
    }

    public static (int Key1, int Key2) Columns(DeliveredFileReader reader, DeliveryFile file)
    {
        var header = reader.Header.ToList();
        var (key1, key2) = (header.IndexOf("key1"), header.IndexOf("key2"));
        return key1 >= 0 && key2 >= 0 && (file.Kind != DeliveryFileKind.LinkChanges || header.Contains("command"))
            ? (key1, key2)
            : throw new TaskFailedException($"The delivered file '{file.Name}' lacks one of its columns. Run a complete job for its connector.");
    }

    public static void CheckRows(DeliveredFileReader reader, DeliveryFile file)
    {
        if (reader.Rows != file.Rows)
        {
            throw new TaskFailedException(
                $"The delivered file '{file.Name}' has {reader.Rows} rows instead of {file.Rows}. Run a complete job for its connector.");
        }
    }

    /// <summary>What was not loaded along with its resources.</summary>
    public static void LoadRest(LinkStaging staging, LinksAlongside alongside, CancellationToken cancellationToken)
    {
        long rows = 0;
        foreach (var reader in alongside.LeftOver())
        {
            if (rows++ % CancellationInterval == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            staging.Deliver(reader.Text(alongside.Key1), reader.Text(alongside.Key2));
        }

        if (rows > 0)
        {
            staging.DropLoaded();
        }
    }
}
