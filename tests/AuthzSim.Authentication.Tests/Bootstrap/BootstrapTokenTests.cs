using System.Collections.Immutable;
using System.Text;
using AuthzSim.Authentication.Bootstrap;
using AuthzSim.Authentication.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace AuthzSim.Authentication.Tests.Bootstrap;

/// <summary>Bootstrap tokens are secrets with the right everything.</summary>
public sealed class BootstrapTokenTests
{
    private const string Token = "abc123.0123456789abcdef";
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_right_token_gives_its_groups_in_order_without_doubles()
    {
        var user =
            Ask(Secret(("auth-extra-groups", "system:bootstrappers:z,system:bootstrappers:a,system:bootstrappers:z")))!.User!;
        Assert.Equal("system:bootstrap:abc123", user.Name);
        Assert.Equal(["system:bootstrappers", "system:bootstrappers:a", "system:bootstrappers:z"], user.Groups);
    }

    [Theory]
    [InlineData("token-id", "abc124")]
    [InlineData("token-secret", "0123456789abcdee")]
    [InlineData("token-secret", "")]
    [InlineData("usage-bootstrap-authentication", "True")]
    [InlineData("auth-extra-groups", "system:bootstrappers:a, system:bootstrappers:b")]
    [InlineData("auth-extra-groups", "system:masters")]
    [InlineData("auth-extra-groups", ",")]
    [InlineData("expiration", "never")]
    [InlineData("expiration", "2026-01-01T00:00:00Z")]
    [InlineData("expiration", "2026-01-01T00:00:00+00:01")]
    public void Anything_wrong_is_no_opinion(string key, string value) => Assert.True(Ask(Secret((key, value))).IsNoOpinion);

    [Theory]
    [InlineData("expiration", "2026-01-01T00:00:00.000001Z")]
    [InlineData("expiration", "")]
    [InlineData("auth-extra-groups", "")]
    public void Up_to_the_instant_it_expires_a_token_is_good(string key, string value) =>
        Assert.True(Ask(Secret((key, value))).IsAuthenticated);

    [Fact]
    public void The_secret_itself_must_be_alive_and_of_the_type()
    {
        Assert.True(Ask(Secret() with { DeletionTimestamp = _now }).IsNoOpinion);
        Assert.True(Ask(Secret() with { Type = "Opaque" }).IsNoOpinion);
        Assert.True(Ask(Secret() with { Data = null }).IsNoOpinion);
        Assert.True(Ask(Secret() with { Namespace = "default" }).IsNoOpinion);
        Assert.True(Ask(Secret()).IsAuthenticated);
    }

    [Theory]
    [InlineData("abc123.0123456789abcdef\n")]
    [InlineData("ABC123.0123456789abcdef")]
    [InlineData("abc123")]
    [InlineData("")]
    public void Another_form_is_no_opinion(string token) => Assert.True(Ask(Secret(), token).IsNoOpinion);

    private static AuthenticationResult Ask(Secret secret, string token = Token) =>
        new BootstrapTokenAuthenticator(new ClusterState([secret]), new FakeTimeProvider(_now))
            .AuthenticateTokenAsync(token, AuthenticationContext.Default).AsTask().GetAwaiter().GetResult();

    private static Secret Secret(params (string Key, string Value)[] changes)
    {
        var data = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (key, value) in changes.Prepend(("usage-bootstrap-authentication", "true")).Prepend(("token-id", "abc123")).Prepend(("token-secret", "0123456789abcdef")))
        {
            data[key] = Encoding.UTF8.GetBytes(value);
        }

        return new Secret { Name = "bootstrap-token-abc123", Namespace = "kube-system", Type = "bootstrap.kubernetes.io/token", Data = data.ToImmutable() };
    }
}
