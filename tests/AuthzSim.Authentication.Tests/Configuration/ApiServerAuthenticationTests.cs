using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;

namespace AuthzSim.Authentication.Tests.Configuration;

public sealed class ApiServerAuthenticationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("authzsim-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lists_are_csv_and_the_last_of_a_text_counts()
    {
        var options = ApiServerOptions.FromFlags(Flags("api-audiences=a,\"b,c\"", "api-audiences=d", "client-ca-file=x", "client-ca-file=y", "authentication-token-webhook-cache-ttl=1m30s"));
        Assert.Equal(["a", "b,c", "d"], options.ApiAudiences);
        Assert.Equal(("y", TimeSpan.FromSeconds(90)), (options.ClientCaFile, options.WebhookCacheTtl));
        Assert.Equal(["i", "j"], ApiServerOptions.FromFlags(Flags("service-account-issuer=i", "service-account-issuer=j")).EffectiveAudiences);
    }

    [Theory]
    [InlineData("anonymous-auth=maybe", "invalid argument \"maybe\" for \"--anonymous-auth\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax")]
    [InlineData("authentication-token-webhook-cache-ttl=2", "invalid argument \"2\" for \"--authentication-token-webhook-cache-ttl\" flag: time: invalid duration \"2\"")]
    [InlineData("api-audiences=a\"b", "invalid argument \"a\\\"b\" for \"--api-audiences\" flag: parse error on line 1, column 2: bare \" in non-quoted-field")]
    public void A_value_of_the_wrong_kind_is_refused(string flag, string error) => Assert.Equal(
        error, Assert.Throws<AuthenticationConfigurationException>(() => ApiServerOptions.FromFlags(Flags(flag))).Message);

    [Theory]
    [InlineData("service-account-issuer \"https://a/%zz\" contained a ':' but was not a valid URL", "service-account-issuer=https://a/%zz", "service-account-key-file=k")]
    [InlineData("service-account-issuer should not be an empty string", "service-account-issuer=", "service-account-key-file=k")]
    [InlineData("anonymous: Forbidden: --anonymous-auth flag cannot be set", "authentication-config=config", "anonymous-auth=true")]
    [InlineData("authentication-config file and oidc-* flags are mutually exclusive", "authentication-config=config", "oidc-client-id=c")]
    [InlineData("--jwks: no issuer is called https://a", "jwks=https://a")]
    [InlineData("--token-auth-file tokens: token file ", "token-auth-file=tokens")]
    [InlineData("--service-account-key-file tokens: data does not contain any valid RSA or ECDSA public keys", "service-account-key-file=tokens")]
    [InlineData("--client-ca-file tokens: data does not contain any valid RSA or ECDSA certificates", "client-ca-file=tokens")]
    [InlineData("failed to load authentication configuration from file \"empty\": empty config data", "authentication-config=empty")]
    public void What_a_server_would_not_start_with_is_refused(string error, params string[] flags)
    {
        File.WriteAllText(Path.Combine(_folder, "tokens"), "top-secret,user\n");
        File.WriteAllText(Path.Combine(_folder, "empty"), "");
        File.WriteAllText(Path.Combine(_folder, "config"), "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: {enabled: true}\n");
        var options = ApiServerOptions.FromFlags(Flags(flags.Where(f => !f.StartsWith("jwks", StringComparison.Ordinal)).ToArray()));
        if (flags[0].StartsWith("jwks", StringComparison.Ordinal))
        {
            options = options with { KeySetFiles = options.KeySetFiles.Add("https://a", "keys") };
            File.WriteAllText(Path.Combine(_folder, "keys"), "{\"keys\":[]}");
        }

        var refusal = Assert.Throws<AuthenticationConfigurationException>(() => Create(options));
        Assert.Contains(error, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_authority_for_clients_and_proxy_needs_the_proxys_names()
    {
        WriteCa("ca.crt");
        string[] flags = ["client-ca-file=ca.crt", "requestheader-client-ca-file=ca.crt"];
        Assert.StartsWith(
            "--requestheader-client-ca-file and --client-ca-file contain overlapping certificates;",
            Assert.Throws<AuthenticationConfigurationException>(() => Create(ApiServerOptions.FromFlags(Flags(flags)))).Message,
            StringComparison.Ordinal);
        using var server = Create(ApiServerOptions.FromFlags(Flags([.. flags, "requestheader-allowed-names=proxy"])));
        Assert.Empty(server.Warnings);
    }

    [Fact]
    public void With_always_allow_nobody_is_anonymous()
    {
        using var server = Create(ApiServerOptions.FromFlags(Flags("authorization-mode=AlwaysAllow")));
        Assert.StartsWith("AnonymousAuth is not allowed with the AlwaysAllow authorizer.", Assert.Single(server.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_manifest_is_looked_for_beside_it_the_longest_end_first()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "pki"));
        File.WriteAllText(Path.Combine(_folder, "ca.crt"), "short");
        var files = new ConfiguredFiles(Path.Combine(_folder, "manifest.yaml"), ["--literal"]);
        Assert.Equal("short"u8.ToArray(), files.Read("--client-ca-file", "/no-such-folder/pki/ca.crt"));
        File.WriteAllText(Path.Combine(_folder, "pki", "ca.crt"), "long");
        Assert.Equal("long"u8.ToArray(), files.Read("--client-ca-file", "/no-such-folder/pki/ca.crt"));
        Assert.Equal(
            "--literal: open /no-such-folder/pki/ca.crt: no such file or directory",
            Assert.Throws<AuthenticationConfigurationException>(() => files.Read("--literal", "/no-such-folder/pki/ca.crt")).Message);
        Assert.EndsWith(
            $"(nor is there no-such-folder/x or x beside {Path.Combine(_folder, "manifest.yaml")})",
            Assert.Throws<AuthenticationConfigurationException>(() => files.Read("--client-ca-file", "/no-such-folder/x")).Message,
            StringComparison.Ordinal);
    }

    private ApiServerAuthentication Create(ApiServerOptions options) =>
        ApiServerAuthentication.Create(options, ClusterState.Empty, TimeProvider.System, new ConfiguredFiles(Path.Combine(_folder, "manifest")));

    private void WriteCa(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, name), certificate.ExportCertificatePem());
    }

    private static KeyValuePair<string, string>[] Flags(params string[] flags) =>
        [.. flags.Select(f => f.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]))];
}
