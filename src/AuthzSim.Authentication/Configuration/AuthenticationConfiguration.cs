using System.Collections.Immutable;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Who may issue ID tokens, and which paths anonymous requests may ask for (upstream:
/// <c>k8s.io/apiserver/pkg/apis/apiserver.AuthenticationConfiguration</c>; the three versions have the same fields).
/// </summary>
public sealed record AuthenticationConfiguration
{
    /// <summary>The issuers, each with its rules.</summary>
    public ImmutableArray<JwtAuthenticator> Jwt { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Anonymous requests; null leaves the <c>--anonymous-auth</c> flag to say.</summary>
    public AnonymousAuthConfig? Anonymous { get; init; }
}

/// <summary>Whether and where anonymous requests are let in (upstream: <c>apiserver.AnonymousAuthConfig</c>).</summary>
public sealed record AnonymousAuthConfig
{
    /// <summary>False refuses every anonymous request.</summary>
    public bool Enabled { get; init; }

    /// <summary>The only paths for which a request may be anonymous; none means all.</summary>
    public ImmutableArray<AnonymousAuthCondition> Conditions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// True when a request for a path may be anonymous: one condition has exactly that path, or there are none.
    /// </summary>
    /// <param name="path">The path of the URL.</param>
    public bool Allows(string path) => Enabled && (Conditions.IsEmpty || Conditions.Any(c => c.Path == path));

    /// <summary>
    /// What the file and the <c>--anonymous-auth</c> flag say together (upstream:
    /// <c>BuiltInAuthenticationOptions.ToAuthenticationConfig</c>).
    /// </summary>
    /// <param name="file">The file's stanza, or null.</param>
    /// <param name="flag">The flag's value, or null when it was not given.</param>
    /// <exception cref="AuthenticationConfigurationException">Both were given.</exception>
    public static AnonymousAuthConfig Of(AnonymousAuthConfig? file, bool? flag)
    {
        if (file is not null && flag is not null)
        {
            throw new AuthenticationConfigurationException(
                "anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file");
        }

        return file ?? new AnonymousAuthConfig { Enabled = flag ?? true };
    }
}

/// <summary>One path open to anonymous requests (upstream: <c>apiserver.AnonymousAuthCondition</c>).</summary>
/// <param name="Path">The path, compared exactly.</param>
public sealed record AnonymousAuthCondition(string Path);

/// <summary>One issuer and what its tokens mean (upstream: <c>apiserver.JWTAuthenticator</c>).</summary>
public sealed record JwtAuthenticator
{
    /// <summary>Who issues the tokens.</summary>
    public Issuer Issuer { get; init; } = new();

    /// <summary>What must hold for the claims of every token.</summary>
    public ImmutableArray<ClaimValidationRule> ClaimValidationRules { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Which claims make the user.</summary>
    public ClaimMappings ClaimMappings { get; init; } = new();

    /// <summary>What must hold for every user.</summary>
    public ImmutableArray<UserValidationRule> UserValidationRules { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>Who issues tokens, for whom, and where the keys are (upstream: <c>apiserver.Issuer</c>).</summary>
public sealed record Issuer
{
    /// <summary>The issuer's URL, exactly as the <c>iss</c> claim has it.</summary>
    public string Url { get; init; } = "";

    /// <summary>Where the discovery document is, when not under the issuer's URL; <c>""</c> when it is.</summary>
    public string DiscoveryUrl { get; init; } = "";

    /// <summary>The CA certificates of the issuer's server as PEM; <c>""</c> for those of the system.</summary>
    public string CertificateAuthority { get; init; } = "";

    /// <summary>The audiences; a token needs one of them.</summary>
    public ImmutableArray<string> Audiences { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary><c>MatchAny</c>, or <c>""</c> when there is one audience.</summary>
    public string AudienceMatchPolicy { get; init; } = "";

    /// <summary><c>controlplane</c>, <c>cluster</c> or <c>""</c>; no network is chosen by it here.</summary>
    public string EgressSelectorType { get; init; } = "";
}

/// <summary>
/// A condition on the claims: a claim with its value, or an expression (upstream: <c>apiserver.ClaimValidationRule</c>).
/// </summary>
public sealed record ClaimValidationRule
{
    /// <summary>The claim that must be there.</summary>
    public string Claim { get; init; } = "";

    /// <summary>The text that it must be.</summary>
    public string RequiredValue { get; init; } = "";

    /// <summary>A CEL expression over <c>claims</c>.</summary>
    public string Expression { get; init; } = "";

    /// <summary>What to say when the expression is false.</summary>
    public string Message { get; init; } = "";
}

/// <summary>How claims become a user (upstream: <c>apiserver.ClaimMappings</c>).</summary>
public sealed record ClaimMappings
{
    /// <summary>The user's name.</summary>
    public PrefixedClaimOrExpression Username { get; init; } = new();

    /// <summary>The user's groups.</summary>
    public PrefixedClaimOrExpression Groups { get; init; } = new();

    /// <summary>The user's uid.</summary>
    public ClaimOrExpression Uid { get; init; } = new();

    /// <summary>The user's extra attributes.</summary>
    public ImmutableArray<ExtraMapping> Extra { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>A claim with a prefix, or an expression (upstream: <c>apiserver.PrefixedClaimOrExpression</c>).</summary>
public sealed record PrefixedClaimOrExpression
{
    /// <summary>The claim.</summary>
    public string Claim { get; init; } = "";

    /// <summary>What is put before its value; null when not said.</summary>
    public string? Prefix { get; init; }

    /// <summary>A CEL expression over <c>claims</c>.</summary>
    public string Expression { get; init; } = "";
}

/// <summary>A claim or an expression (upstream: <c>apiserver.ClaimOrExpression</c>).</summary>
public sealed record ClaimOrExpression
{
    /// <summary>The claim.</summary>
    public string Claim { get; init; } = "";

    /// <summary>A CEL expression over <c>claims</c>.</summary>
    public string Expression { get; init; } = "";
}

/// <summary>One extra attribute (upstream: <c>apiserver.ExtraMapping</c>).</summary>
public sealed record ExtraMapping
{
    /// <summary>The attribute's key.</summary>
    public string Key { get; init; } = "";

    /// <summary>A CEL expression over <c>claims</c>.</summary>
    public string ValueExpression { get; init; } = "";
}

/// <summary>A condition on the user (upstream: <c>apiserver.UserValidationRule</c>).</summary>
public sealed record UserValidationRule
{
    /// <summary>A CEL expression over <c>user</c>.</summary>
    public string Expression { get; init; } = "";

    /// <summary>What to say when the expression is false.</summary>
    public string Message { get; init; } = "";
}
