using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace AuthzSim.Authentication.Tests.ServiceAccounts;

/// <summary>A small cluster with one issuer, and the two authenticators that know it.</summary>
internal sealed class TokenWorld
{
    public const string IssuerUrl = "https://issuer.test";
    public const string TokenId = "3f1c";

    private static readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly ServiceAccount Builder = new() { Namespace = "shop", Name = "builder", Uid = "sa-uid" };

    public static readonly Pod Web = new() { Namespace = "shop", Name = "web", Uid = "pod-uid" };

    public static readonly Node Node = new() { Name = "n1", Uid = "node-uid" };

    public static readonly Secret Mounted = new() { Namespace = "shop", Name = "mounted", Uid = "secret-uid" };

    public TokenWorld(SigningKey? key = null)
    {
        Key = key ?? SigningKey.Parse(_key.ExportECPrivateKeyPem());
        Clock = new FakeTimeProvider(Start);
        Issuer = new ServiceAccountTokenIssuer(IssuerUrl, Key, Clock, () => TokenId);
        LegacyToken = Issuer.IssueLegacy(Builder, "builder-token");
        Options = new ServiceAccountTokenOptions { Issuers = [IssuerUrl, "https://older.test"], ApiAudiences = [IssuerUrl, "api"], Keys = [Key.PublicKey] };
        Cluster = ClusterWith(Builder, LegacySecret());
    }

    public SigningKey Key { get; }

    public FakeTimeProvider Clock { get; set; }

    public ServiceAccountTokenIssuer Issuer { get; }

    public string LegacyToken { get; }

    public ServiceAccountTokenOptions Options { get; set; }

    public ClusterState Cluster { get; set; }

    public static ClusterState ClusterWith(params ClusterObject[] objects) => new([Web, Node, Mounted, .. objects]);

    public Secret LegacySecret(string? token = null) => new()
    {
        Namespace = "shop",
        Name = "builder-token",
        Uid = "token-uid",
        Data = ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
            .Add("token", Encoding.UTF8.GetBytes(token ?? LegacyToken)),
    };

    public string Bound(ServiceAccountTokenRequest? request = null) =>
        Issuer.Issue(Builder, request ?? new ServiceAccountTokenRequest());

    /// <summary>A token with just these claims, rightly signed.</summary>
    public string Signed(string payload, string? header = null)
    {
        var text =
            Tokens.SignedTokens.Encode(header ?? $$"""{"alg":"{{Key.Algorithm}}"}""") + "." + Tokens.SignedTokens.Encode(payload);
        return text + "." + Base64UrlText.Encode(Key.Sign(Encoding.ASCII.GetBytes(text)));
    }

    /// <summary>A rightly signed bound token whose own claim is as given.</summary>
    public string SignedBound(string own, string more = "") =>
        Signed($$"""{"iss":"{{IssuerUrl}}","aud":"api"{{more}},"kubernetes.io":{{own}}}""");

    public AuthenticationResult AskLegacy(string token, params string[] audiences) =>
        Ask(ServiceAccountAuthenticators.Legacy(Options, Cluster), token, audiences);

    public AuthenticationResult AskBound(string token, params string[] audiences) =>
        Ask(ServiceAccountAuthenticators.Bound(Options, Cluster, Clock), token, audiences);

    private static AuthenticationResult Ask(ITokenAuthenticator authenticator, string token, string[] audiences)
    {
        var answer =
            authenticator.AuthenticateTokenAsync(token, new AuthenticationContext { Audiences = [.. audiences] }).AsTask();
        Assert.True(answer.IsCompletedSuccessfully);
        return answer.GetAwaiter().GetResult();
    }
}
