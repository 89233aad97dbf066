using Muster.Configuration;
using Muster.Policy.Access;

namespace Muster.Policy.Tests.Access;

/// <summary>rolemodel.md 9.1 and 12, invariant 20: secrets of programs.</summary>
public sealed class ClientSecretsTests
{
    private const string Secret = "a long and random secret, 32 at least";

    [Fact]
    public void Invariant20_TheHash_IsBase64OfSha256() => Assert.Equal("K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=", ClientSecrets.HashOf("secret"));

    [Theory]
    [InlineData("Job", Secret, true)]
    [InlineData("Job", "a long and random secret, 32 at leasT", false)]
    [InlineData("Job", "", false)]
    [InlineData("job", Secret, false)]
    [InlineData("Nobody", Secret, false)]
    [InlineData("Silent", "", false)]
    [InlineData("Silent", Secret, false)]
    [InlineData("Broken", "secret", false)]
    [InlineData("Short", "", false)]
    [InlineData("Old", Secret, false)]
    public void Verify_TakesTheRightSecretOnly(string client, string secret, bool accepted)
    {
        var verified = Secrets().Verify(client, secret);

        Assert.Equal(accepted ? client : null, verified?.Identifier);
    }

    [Fact]
    public void Verify_AHashOfNothing_IsNoWayIn()
    {
        // What stands for an unknown client is no hash that somebody could have the secret of.
        Assert.Null(Secrets().Verify("Nobody", ""));
        Assert.Null(Secrets().Verify("Job", new string('x', 1_000_000)));
    }

    private static ClientSecrets Secrets() => new(
        ConfigurationLoader.LoadText(("Conf.xml", $"""
            <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
              <Profile Identifier="P" DisplayName_L1="P" />
              <OpenIdClient Identifier="Job" Profile="P" HashedSecret="{ClientSecrets.HashOf(Secret)}" ExpirationDate="20270101" />
              <OpenIdClient Identifier="Old" Profile="P" HashedSecret="{ClientSecrets.HashOf(Secret)}" ExpirationDate="20260110" />
              <OpenIdClient Identifier="Silent" Profile="P" />
              <OpenIdClient Identifier="Broken" Profile="P" HashedSecret="secret" />
              <OpenIdClient Identifier="Short" Profile="P" HashedSecret="AAAA" />
            </ConfigurationFile>
            """)).Model!,
        new Clock());

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
    }
}
