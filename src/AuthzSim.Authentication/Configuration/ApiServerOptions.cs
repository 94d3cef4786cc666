using System.Collections.Immutable;
using System.Text;
using AuthzSim.Authentication.Files;
using AuthzSim.Authentication.FrontProxy;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// What kube-apiserver was told about authentication (upstream: <c>BuiltInAuthenticationOptions</c> of
/// <c>pkg/kubeapiserver/options/authentication.go</c>). A file that is <c>""</c> was not given.
/// </summary>
public sealed record ApiServerOptions
{
    private static readonly string[] _true = ["1", "t", "T", "true", "TRUE", "True"];
    private static readonly string[] _false = ["0", "f", "F", "false", "FALSE", "False"];

    /// <summary><c>--client-ca-file</c>.</summary>
    public string ClientCaFile { get; init; } = "";

    /// <summary><c>--token-auth-file</c>.</summary>
    public string TokenAuthFile { get; init; } = "";

    /// <summary><c>--basic-auth-file</c> of servers before 1.19.</summary>
    public string BasicAuthFile { get; init; } = "";

    /// <summary><c>--service-account-key-file</c>.</summary>
    public ImmutableArray<string> ServiceAccountKeyFiles { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary><c>--service-account-issuer</c>: the first issues, all are accepted.</summary>
    public ImmutableArray<string> ServiceAccountIssuers { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary><c>--service-account-lookup</c>.</summary>
    public bool ServiceAccountLookup { get; init; } = true;

    /// <summary><c>--api-audiences</c> as given.</summary>
    public ImmutableArray<string> ApiAudiences { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The <c>--oidc-*</c> flags but for <c>--oidc-ca-file</c>.</summary>
    public OidcFlags Oidc { get; init; } = new();

    /// <summary><c>--oidc-ca-file</c>; null when not given.</summary>
    public string? OidcCaFile { get; init; }

    /// <summary><c>--authentication-config</c>.</summary>
    public string AuthenticationConfigFile { get; init; } = "";

    /// <summary><c>--authentication-token-webhook-config-file</c>.</summary>
    public string WebhookConfigFile { get; init; } = "";

    /// <summary><c>--authentication-token-webhook-version</c>.</summary>
    public string WebhookVersion { get; init; } = "v1beta1";

    /// <summary><c>--authentication-token-webhook-cache-ttl</c>.</summary>
    public TimeSpan WebhookCacheTtl { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><c>--requestheader-client-ca-file</c>.</summary>
    public string RequestHeaderClientCaFile { get; init; } = "";

    /// <summary>The other <c>--requestheader-*</c> flags.</summary>
    public RequestHeaderOptions RequestHeader { get; init; } = new();

    /// <summary><c>--anonymous-auth</c>; null when not given.</summary>
    public bool? AnonymousAuth { get; init; }

    /// <summary><c>--enable-bootstrap-token-auth</c>.</summary>
    public bool EnableBootstrapTokenAuth { get; init; }

    /// <summary><c>--authorization-mode</c>.</summary>
    public ImmutableArray<string> AuthorizationModes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Files with the keys of an issuer of ID tokens, instead of those its server would hand out. No flag of the server's.</summary>
    public ImmutableSortedDictionary<string, string> KeySetFiles { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The audiences of the API: <c>--api-audiences</c>, or else all of <c>--service-account-issuer</c>.</summary>
    public ImmutableArray<string> EffectiveAudiences => ApiAudiences.IsEmpty ? ServiceAccountIssuers : ApiAudiences;

    /// <summary>The options that flags stand for; flags of <see cref="ApiServerFlag.All"/> count, all others are passed over.</summary>
    /// <param name="flags">Names without dashes and values, in the order given.</param>
    /// <exception cref="AuthenticationConfigurationException">A value is not of the flag's kind, in the words of the server's parser.</exception>
    public static ApiServerOptions FromFlags(IEnumerable<KeyValuePair<string, string>> flags)
    {
        var given = flags.ToLookup(f => f.Key, f => f.Value, StringComparer.Ordinal);
        return new ApiServerOptions
        {
            ClientCaFile = Last("client-ca-file") ?? "",
            TokenAuthFile = Last("token-auth-file") ?? "",
            BasicAuthFile = Last("basic-auth-file") ?? "",
            ServiceAccountKeyFiles = [.. given["service-account-key-file"]],
            ServiceAccountIssuers = [.. given["service-account-issuer"]],
            ServiceAccountLookup = Switch("service-account-lookup") ?? true,
            ApiAudiences = List("api-audiences"),
            Oidc = new OidcFlags
            {
                IssuerUrl = Last("oidc-issuer-url"),
                ClientId = Last("oidc-client-id"),
                UsernameClaim = Last("oidc-username-claim"),
                UsernamePrefix = Last("oidc-username-prefix"),
                GroupsClaim = Last("oidc-groups-claim"),
                GroupsPrefix = Last("oidc-groups-prefix"),
                SigningAlgorithms = given.Contains("oidc-signing-algs") ? List("oidc-signing-algs") : default,
                RequiredClaims = [.. given["oidc-required-claim"]],
            },
            OidcCaFile = Last("oidc-ca-file"),
            AuthenticationConfigFile = Last("authentication-config") ?? "",
            WebhookConfigFile = Last("authentication-token-webhook-config-file") ?? "",
            WebhookVersion = Last("authentication-token-webhook-version") ?? "v1beta1",
            WebhookCacheTtl = Duration("authentication-token-webhook-cache-ttl") ?? TimeSpan.FromMinutes(2),
            RequestHeaderClientCaFile = Last("requestheader-client-ca-file") ?? "",
            RequestHeader = new RequestHeaderOptions
            {
                AllowedNames = List("requestheader-allowed-names"),
                UsernameHeaders = List("requestheader-username-headers"),
                UidHeaders = List("requestheader-uid-headers"),
                GroupHeaders = List("requestheader-group-headers"),
                ExtraHeaderPrefixes = List("requestheader-extra-headers-prefix"),
            },
            AnonymousAuth = Switch("anonymous-auth"),
            EnableBootstrapTokenAuth = Switch("enable-bootstrap-token-auth") ?? false,
            AuthorizationModes = List("authorization-mode"),
        };

        string? Last(string name) => given[name].LastOrDefault();

        bool? Switch(string name) => Last(name) switch
        {
            null => null,
            var value when _true.Contains(value) => true,
            var value when _false.Contains(value) => false,
            var value => throw Refuse(name, value, $"strconv.ParseBool: parsing {GoText.Quote(value)}: invalid syntax"),
        };

        TimeSpan? Duration(string name) => Last(name) switch
        {
            null => null,
            var value when GoDuration.TryParse(value, out var duration) => duration,
            var value => throw Refuse(name, value, $"time: invalid duration {GoText.Quote(value)}"),
        };

        ImmutableArray<string> List(string name) => [.. given[name].SelectMany(v => Items(name, v))];
    }

    private static List<string> Items(string name, string value)
    {
        try
        {
            return value.Length == 0 ? [] : new CsvReader(Encoding.UTF8.GetBytes(value)).Read() ?? [];
        }
        catch (CredentialFileException e)
        {
            throw Refuse(name, value, e.Message);
        }
    }

    private static AuthenticationConfigurationException Refuse(string name, string value, string text) =>
        new($"invalid argument {GoText.Quote(value)} for \"--{name}\" flag: {text}");
}
