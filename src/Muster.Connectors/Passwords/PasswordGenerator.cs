using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Connectors.Passwords;

/// <summary>Makes passwords by a policy, from cryptographic randomness (synchronization.md 14).</summary>
internal static class PasswordGenerator
{
    public const string LowerCaseLetters = "abcdefghijklmnopqrstuvwxyz";
    public const string UpperCaseLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    public const string Digits = "0123456789";
    public const string Symbols = "!#$%&*+-=?@_";
    private const int MaximumAttempts = 1000;

    /// <summary>Names are not part of passwords from this length on, as domain controllers want it.</summary>
    private const int ShortestName = 3;

    private static readonly char[] NameSeparators = [' ', ',', '.', '-', '_', '#', '\t', '@'];

    /// <summary>Throws <see cref="TaskFailedException"/> if what the policy asks for cannot be met.</summary>
    /// <param name="names">What the account is called: neither these nor their words stand in the password.</param>
    public static string Generate(PasswordPolicy policy, IEnumerable<string> names)
    {
        var words = names.SelectMany(n => n.Split(NameSeparators).Append(n)).Where(w => w.Length >= ShortestName).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        for (var attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            var password = Compose(policy);
            if (MeetsChecks(policy, password) && !words.Exists(w => password.Contains(w, StringComparison.OrdinalIgnoreCase)))
            {
                return password;
            }
        }

        throw new TaskFailedException(
            $"{policy.Location}: None of {MaximumAttempts} passwords made by the settings '{policy.Identifier}' meets their own StrengthCheck. Correct the expressions, or the length and the counts.");
    }

    public static bool MeetsChecks(PasswordPolicy policy, string password)
    {
        try
        {
            return policy.StrengthChecks.All(c => c.IsMatch(password));
        }
        catch (RegexMatchTimeoutException)
        {
            throw new TaskFailedException($"{policy.Location}: An expression in the StrengthCheck of '{policy.Identifier}' takes too long. Write a simpler one.");
        }
    }

    private static string Compose(PasswordPolicy policy)
    {
        var characters = new List<char>();
        Add(LowerCaseLetters, policy.LowerCaseLetters);
        Add(UpperCaseLetters, policy.UpperCaseLetters);
        Add(Digits, policy.Digits);
        Add(Symbols, policy.Symbols);
        Add(LowerCaseLetters + UpperCaseLetters + Digits + Symbols, policy.Length - characters.Count);
        var shuffled = characters.ToArray();
        RandomNumberGenerator.Shuffle<char>(shuffled);
        return new string(shuffled);

        void Add(string from, int count)
        {
            for (var index = 0; index < count; index++)
            {
                characters.Add(from[RandomNumberGenerator.GetInt32(from.Length)]);
            }
        }
    }
}
