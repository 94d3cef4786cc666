using System.Collections.Immutable;

namespace AuthzSim.Authentication.Configuration;

/// <summary>How often a flag of kube-apiserver may be given and what its value is.</summary>
public enum ApiServerFlagKind
{
    /// <summary>One text; the last one given counts.</summary>
    Text,

    /// <summary>The path of a file; the last one given counts.</summary>
    File,

    /// <summary>True or false; true when given without a value.</summary>
    Switch,

    /// <summary>Any number of texts, each given on its own.</summary>
    Repeated,

    /// <summary>Any number of texts, several in one value with commas between them, as in a CSV record.</summary>
    List,
}

/// <summary>
/// A flag of kube-apiserver that has to do with authentication (upstream: <c>AddFlags</c> of
/// <c>pkg/kubeapiserver/options/authentication.go</c>).
/// </summary>
/// <param name="Name">The name without dashes.</param>
/// <param name="Kind">What values it takes.</param>
/// <param name="Description">What it does, in a line.</param>
public sealed record ApiServerFlag(string Name, ApiServerFlagKind Kind, string Description)
{
    /// <summary>All flags that are looked at.</summary>
    public static ImmutableArray<ApiServerFlag> All { get; } =
    [
        new("client-ca-file", ApiServerFlagKind.File, "CA certificates that client certificates are verified against."),
        new("token-auth-file", ApiServerFlagKind.File, "Static tokens: token,user,uid,\"group1,group2\"."),
        new("basic-auth-file", ApiServerFlagKind.File, "Passwords of a server before 1.19: password,user,uid,\"group1,group2\"."),
        new("service-account-key-file", ApiServerFlagKind.Repeated, "Keys that service account tokens are verified with. Repeatable."),
        new("service-account-issuer", ApiServerFlagKind.Repeated, "An issuer of service account tokens; the first issues, all are accepted. Repeatable."),
        new("service-account-lookup", ApiServerFlagKind.Switch, "Whether a token of a secret is compared with the secret; true when not given."),
        new("api-audiences", ApiServerFlagKind.List, "Audiences of the API; all service account issuers when not given."),
        new("oidc-issuer-url", ApiServerFlagKind.Text, "The URL of an issuer of ID tokens."),
        new("oidc-client-id", ApiServerFlagKind.Text, "The audience of its ID tokens."),
        new("oidc-ca-file", ApiServerFlagKind.File, "CA certificates of the issuer's server."),
        new("oidc-username-claim", ApiServerFlagKind.Text, "The claim that is the user name; sub when not given."),
        new("oidc-username-prefix", ApiServerFlagKind.Text, "What is put before the user name; - for nothing."),
        new("oidc-groups-claim", ApiServerFlagKind.Text, "The claim that holds the groups."),
        new("oidc-groups-prefix", ApiServerFlagKind.Text, "What is put before each group."),
        new("oidc-signing-algs", ApiServerFlagKind.List, "Algorithms that ID tokens may be signed with; RS256 when not given."),
        new("oidc-required-claim", ApiServerFlagKind.Repeated, "A claim that each ID token must have, key=value. Repeatable."),
        new("authentication-config", ApiServerFlagKind.File, "An AuthenticationConfiguration."),
        new("authentication-token-webhook-config-file", ApiServerFlagKind.File, "The kubeconfig of a TokenReview service, which is asked over the network."),
        new("authentication-token-webhook-version", ApiServerFlagKind.Text, "v1 or v1beta1; v1beta1 when not given."),
        new("authentication-token-webhook-cache-ttl", ApiServerFlagKind.Text, "How long its answers are remembered; 2m when not given."),
        new("requestheader-client-ca-file", ApiServerFlagKind.File, "CA certificates of the front proxy, whose headers are believed."),
        new("requestheader-allowed-names", ApiServerFlagKind.List, "Common names that the front proxy may have; any when not given."),
        new("requestheader-username-headers", ApiServerFlagKind.List, "Headers with the user name."),
        new("requestheader-uid-headers", ApiServerFlagKind.List, "Headers with the uid."),
        new("requestheader-group-headers", ApiServerFlagKind.List, "Headers with groups."),
        new("requestheader-extra-headers-prefix", ApiServerFlagKind.List, "Prefixes of headers with extra attributes."),
        new("anonymous-auth", ApiServerFlagKind.Switch, "Whether requests without a credential pass as system:anonymous; true when not given."),
        new("enable-bootstrap-token-auth", ApiServerFlagKind.Switch, "Whether bootstrap tokens of kube-system are accepted."),
        new("authorization-mode", ApiServerFlagKind.List, "AlwaysAllow, beside which nobody is anonymous; other modes do not matter here."),
    ];

    /// <summary>The flag of a name, or null when it has nothing to do with authentication.</summary>
    /// <param name="name">The name without dashes.</param>
    public static ApiServerFlag? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
