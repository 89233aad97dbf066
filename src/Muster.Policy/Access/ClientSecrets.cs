using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Model;

namespace Muster.Policy.Access;

/// <summary>
/// Whether a program that signs in has its client's secret (rolemodel.md 9.1): <c>HashedSecret</c> is Base64(SHA-256(UTF-8 secret)). The time
/// that an answer takes says nothing about the secret, nor about which clients exist.
/// </summary>
public sealed class ClientSecrets(ConfigurationModel model, TimeProvider time)
{
    /// <summary>Characters of a secret; a longer one is nobody's.</summary>
    private const int MaximumLength = 4_096;

    /// <summary>The hash of a secret as <c>HashedSecret</c> holds it.</summary>
    public static string HashOf(string secret) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The client; null where there is none with this identifier, its secret is another, it has none, or it has expired.</summary>
    public OpenIdClient? Verify(string identifier, string secret)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(secret);
        var client = model.AccessControl.FindClient(identifier);
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(secret.Length > MaximumLength ? "" : secret), given);
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        var isKnown = TryRead(client?.HashedSecret, stored);

        // Compared in any case, so that an unknown client takes as long as a wrong secret.
        var isEqual = CryptographicOperations.FixedTimeEquals(given, stored);
        return isEqual & isKnown && secret.Length <= MaximumLength && !(client!.Expires <= time.GetUtcNow().UtcDateTime) ? client : null;
    }

    private static bool TryRead(string? hash, Span<byte> bytes)
    {
        Span<byte> read = stackalloc byte[SHA256.HashSizeInBytes];
        if (hash is null || hash.Length > 64 || !Convert.TryFromBase64String(hash, read, out var length) || length != read.Length)
        {
            return false;
        }

        read.CopyTo(bytes);
        return true;
    }
}
