using System.Text;
using Muster.Configuration.Work;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Files;

/// <summary>Finds the encoding that a setting names, strict: octets that are not valid in it are an error, never a replacement character.</summary>
internal static class SourceEncoding
{
    public static Encoding Of(ConnectionSettings settings, string key)
    {
        var name = settings.GetText(key) ?? "UTF-8";
        try
        {
            var found = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            var strict = (Encoding)found.Clone();
            strict.DecoderFallback = DecoderFallback.ExceptionFallback;
            return strict;
        }
        catch (ArgumentException failure)
        {
            throw new TaskFailedException(
                $"The encoding '{name}' of {settings.Describe(key)} of connection '{settings.Connection}' is not known. Use for instance UTF-8, UTF-16 or windows-1252.",
                failure);
        }
    }
}
