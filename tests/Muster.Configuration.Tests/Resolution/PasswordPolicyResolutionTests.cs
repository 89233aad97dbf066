using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Tests.Resolution;

/// <summary>synchronization.md 14: what password settings mean, and which are refused.</summary>
public sealed class PasswordPolicyResolutionTests
{
    [Fact]
    public void Settings_BelongToTheMapping_WithTheDefaultsOfTheFormat()
    {
        var policy = PolicyOf("""Mode="One-Way" AutoGenerate="true" MustChange="true" StrengthCheck="&quot;[a-z]{2,}&quot;,&quot;\d&quot;" """)!;
        Assert.Equal((PasswordResetMode.OneWay, true, true), (policy.Mode, policy.IsGenerated, policy.MustChange));
        Assert.Equal((12, 6, 2, 2, 2), (policy.Length, policy.LowerCaseLetters, policy.UpperCaseLetters, policy.Digits, policy.Symbols));
        Assert.Equal(["[a-z]{2,}", "\\d"], policy.StrengthChecks.Select(c => c.ToString()));
        Assert.Equal("P", policy.ToString());
    }

    [Theory]
    [InlineData("""Mode="1" """)]
    [InlineData("""Mode="1" AutoGenerate="true" GeneratedLength="-1" """)]
    [InlineData("""Mode="1" AutoGenerate="true" GeneratedDigitCharsCount="4000" """)]
    [InlineData("""Mode="1" AutoGenerate="true" StrengthCheck="&quot;[a&quot;" """)]
    public void Settings_ThatMakeNoPassword_AreErrors(string attributes) => Load.Finding(With(attributes), "MUS1532");

    [Theory]
    [InlineData("""Mode="Two-Way" AutoGenerate="true" """)]
    [InlineData("""Mode="1" AutoGenerate="true" NotifiedEmailBinding="Person:Mail" """)]
    public void WhatIsNotDoneYet_IsAWarning(string attributes) =>
        Assert.Contains("'P'", Load.Findings(With(attributes), "MUS1902").Single(d => d.Text.Contains("password", StringComparison.Ordinal)).Text, StringComparison.Ordinal);

    [Fact]
    public void UnknownSetting_IsReported() => Load.Finding(Samples.RoleModel.Replace(
        "<LdapResourceTypeMapping Identifier", "<LdapResourceTypeMapping PasswordResetSetting=\"Q\" Identifier", StringComparison.Ordinal), "MUS1205");

    private static PasswordPolicy? PolicyOf(string attributes) =>
        Load.Model(With(attributes)).ResourceTypes.Single(t => t.Identifier == "AD_User").Mapping!.Password;

    private static string With(string attributes) => $"<PasswordResetSettings Identifier=\"P\" {attributes}/>" + Samples.RoleModel.Replace(
        "<LdapResourceTypeMapping Identifier", "<LdapResourceTypeMapping PasswordResetSetting=\"P\" Identifier", StringComparison.Ordinal);
}
