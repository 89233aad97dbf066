using System.Text.RegularExpressions;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Reads <c>PasswordResetSettings</c> (synchronization.md 14): what could not make a password is refused here.</summary>
internal sealed class PasswordPolicyResolution(ResolutionScope scope)
{
    /// <summary>Characters of a password at most: what domain controllers take.</summary>
    private const int MaximumLength = 256;

    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(1);

    /// <summary>By identifier.</summary>
    public Dictionary<string, PasswordPolicy> Resolve()
    {
        var policies = new Dictionary<string, PasswordPolicy>();
        foreach (var element in scope.Of<PasswordResetSettingsElement>())
        {
            CheckEffect(element);
            CheckNumbers(element);
            ResolutionScope.Add(policies, element.Identifier, new PasswordPolicy
            {
                Identifier = element.Identifier,
                Location = element.Location,
                Mode = element.Mode,
                IsGenerated = element.AutoGenerate,
                DefaultPassword = string.IsNullOrEmpty(element.DefaultPassword) ? null : element.DefaultPassword,
                MustChange = element.MustChange,
                Length = element.GeneratedLength,
                LowerCaseLetters = element.GeneratedLowerCaseCharsCount,
                UpperCaseLetters = element.GeneratedUpperCaseCharsCount,
                Digits = element.GeneratedDigitCharsCount,
                Symbols = element.GeneratedSymbolCharsCount,
                StrengthChecks = ChecksOf(element),
            });
        }

        return policies;
    }

    private void CheckEffect(PasswordResetSettingsElement element)
    {
        if (element.Mode == PasswordResetMode.TwoWay)
        {
            scope.Bag.Warning(
                DiagnosticCodes.NotSupportedYet,
                element.At("Mode"),
                $"not supported yet: passwords that people set by a link in a mail (Mode 'Two-Way' of '{element.Identifier}'). Accounts are made without password.");
        }
        else if (element is { Mode: PasswordResetMode.OneWay, AutoGenerate: false } && string.IsNullOrEmpty(element.DefaultPassword))
        {
            scope.Bag.Error(
                DiagnosticCodes.PasswordSettings,
                element.Location,
                $"The password settings '{element.Identifier}' neither generate passwords nor have one. Set AutoGenerate to true, or give a DefaultPassword.");
        }

        if (element is { Mode: PasswordResetMode.OneWay, DisableNotifications: false } && new[]
            {
                element.BeneficiaryEmailBinding, element.BeneficiaryFullNameBinding, element.NotifiedEmailBinding, element.NotifiedFullNameBinding, element.NotificationCC,
            }.Any(b => !string.IsNullOrEmpty(b)))
        {
            scope.Bag.Warning(
                DiagnosticCodes.NotSupportedYet,
                element.Location,
                $"not supported yet: mails about passwords ('{element.Identifier}'). Passwords are handed over by 'muster connector passwords'.");
        }
    }

    private void CheckNumbers(PasswordResetSettingsElement element)
    {
        int[] counts =
        [
            element.GeneratedLowerCaseCharsCount, element.GeneratedUpperCaseCharsCount, element.GeneratedDigitCharsCount, element.GeneratedSymbolCharsCount,
        ];
        if (counts.Append(element.GeneratedLength).Any(n => n is < 0 or > MaximumLength)
            || (element.AutoGenerate && Math.Max(element.GeneratedLength, counts.Sum()) is 0 or > MaximumLength))
        {
            scope.Bag.Error(
                DiagnosticCodes.PasswordSettings,
                element.Location,
                $"The password settings '{element.Identifier}' ask for less than one or more than {MaximumLength} characters. Correct GeneratedLength and the counts.");
        }
    }

    private List<Regex> ChecksOf(PasswordResetSettingsElement element)
    {
        var checks = new List<Regex>();
        foreach (var text in Quoted(element.StrengthCheck ?? ""))
        {
            try
            {
                checks.Add(new Regex(text, RegexOptions.CultureInvariant, CheckTime));
            }
            catch (ArgumentException failure)
            {
                scope.Bag.Error(
                    DiagnosticCodes.PasswordSettings,
                    element.At("StrengthCheck"),
                    $"'{text}' in the StrengthCheck of '{element.Identifier}' is not a regular expression: {failure.Message}");
            }
        }

        return checks;
    }

    /// <summary>The texts in double quotes, divided by commas; a text without quotes is one expression. A quote inside is written twice.</summary>
    internal static IReadOnlyList<string> Quoted(string list)
    {
        var text = list.Trim();
        if (!text.StartsWith('"'))
        {
            return text.Length == 0 ? [] : [text];
        }

        return [.. Regex.Matches(text, "\"((?:[^\"]|\"\")*)\"", RegexOptions.CultureInvariant, CheckTime)
            .Select(m => m.Groups[1].Value.Replace("\"\"", "\"", StringComparison.Ordinal)).Where(t => t.Length > 0)];
    }
}
