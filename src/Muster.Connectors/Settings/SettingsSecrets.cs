using System.Security.Cryptography;
using System.Text;

namespace Muster.Connectors.Settings;

/// <summary>
/// Encrypts and decrypts values of the settings file: <c>protected:v1:</c> and the base64 of nonce, tag and AES-256-GCM cipher text. The
/// key comes from the environment variable <c>MUSTER_KEY</c> (base64 of 32 octets), else from the file <c>muster.key</c> beside the
/// settings file, which <see cref="Protect"/> makes when it is needed, readable by its owner only.
/// </summary>
public sealed class SettingsSecrets
{
    public const string Prefix = "protected:v1:";

    /// <summary>Environment variable that holds the key and wins over the key file.</summary>
    public const string KeyVariable = "MUSTER_KEY";

    public const string KeyFileName = "muster.key";

    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly string _keyFile;
    private readonly string? _keyText;

    /// <param name="folder">The folder of the settings file.</param>
    public SettingsSecrets(string folder, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        _keyFile = Path.Combine(folder, KeyFileName);
        _keyText = environment.GetValueOrDefault(KeyVariable);
    }

    public static bool IsProtected(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Prefix, StringComparison.Ordinal);
    }

    /// <summary>The text to write into the settings file. Makes the key file if there is no key yet.</summary>
    public string Protect(string plainText)
    {
        ArgumentNullException.ThrowIfNull(plainText);
        var plain = Encoding.UTF8.GetBytes(plainText);
        var message = new byte[NonceLength + TagLength + plain.Length];
        var nonce = message.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(Key(true), TagLength);
        cipher.Encrypt(nonce, plain, message.AsSpan(NonceLength + TagLength), message.AsSpan(NonceLength, TagLength));
        return Prefix + Convert.ToBase64String(message);
    }

    /// <summary>The plain text of a protected value; throws <see cref="SettingsException"/> without quoting it.</summary>
    public string Reveal(string protectedText)
    {
        ArgumentNullException.ThrowIfNull(protectedText);
        var message = new byte[protectedText.Length];
        if (!IsProtected(protectedText)
            || !Convert.TryFromBase64String(protectedText[Prefix.Length..], message, out var length)
            || length < NonceLength + TagLength)
        {
            throw new SettingsException($"A protected value is not of the form '{Prefix}<base64>'. Make it anew with 'muster secret protect'.");
        }

        var plain = new byte[length - NonceLength - TagLength];
        try
        {
            using var cipher = new AesGcm(Key(false), TagLength);
            cipher.Decrypt(
                message.AsSpan(0, NonceLength),
                message.AsSpan(NonceLength + TagLength, plain.Length),
                message.AsSpan(NonceLength, TagLength),
                plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SettingsException(
                $"A protected value cannot be decrypted: it was changed, or made with another key than {KeySource}. Make it anew with 'muster secret protect'.");
        }
    }

    private string KeySource => _keyText is null ? $"that of '{_keyFile}'" : $"that of {KeyVariable}";

    private byte[] Key(bool create)
    {
        if (_keyText is not null)
        {
            return Decode(_keyText, $"The environment variable {KeyVariable}");
        }

        if (!File.Exists(_keyFile))
        {
            if (!create)
            {
                throw new SettingsException(
                    $"There is no key for the protected values: neither {KeyVariable} nor the file '{_keyFile}' exists. Bring the key file along with the settings.");
            }

            CreateKeyFile();
        }

        return Decode(File.ReadAllText(_keyFile), $"The key file '{_keyFile}'");
    }

    /// <summary>Whole or not at all: half a key would have to be found and taken away by a person.</summary>
    private void CreateKeyFile()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_keyFile)!);
        var unnamed = $"{_keyFile}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(unnamed, options))
            {
                file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)) + "\n"));
                file.Flush(true);
            }

            File.Move(unnamed, _keyFile);
        }
        catch (IOException) when (File.Exists(_keyFile))
        {
            // Another process was faster: its key is the key.
        }
        finally
        {
            File.Delete(unnamed);
        }
    }

    private static byte[] Decode(string text, string source)
    {
        var key = new byte[text.Length + 3];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == KeyLength
            ? key[..length]
            : throw new SettingsException($"{source} does not hold the base64 of {KeyLength} octets.");
    }
}
