using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// What the server would say of its flags before it starts (upstream: <c>BuiltInAuthenticationOptions.Validate</c>). A server
/// refuses to start without service account flags; here they may be left out, and then no token of a service account is known.
/// </summary>
public static class ApiServerOptionsValidation
{
    /// <summary>Everything that is wrong with the flags by themselves, in the server's words; empty when nothing is.</summary>
    /// <param name="options">The options.</param>
    public static ImmutableArray<string> Validate(ApiServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> errors = [.. OfIssuers(options.ServiceAccountIssuers)];
        if (!options.ServiceAccountIssuers.IsEmpty && options.ServiceAccountKeyFiles.IsEmpty)
        {
            errors.Add("either `--service-account-key-file` or `--service-account-signing-endpoint` must be set");
        }

        return [.. errors, .. options.RequestHeader.Validate()];
    }

    /// <summary>What the server writes into its log about the flags, and what is let pass here alone.</summary>
    /// <param name="options">The options.</param>
    public static ImmutableArray<string> Warnings(ApiServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> warnings = [.. options.RequestHeader.Warnings()];
        if (!options.ServiceAccountKeyFiles.IsEmpty && options.ServiceAccountIssuers.IsEmpty)
        {
            warnings.Add("service-account-issuer is a required flag: without it only tokens that live in secrets are known");
        }

        if (IsAnonymousReset(options))
        {
            warnings.Add(
                "AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false. You should use a different authorizer");
        }

        return [.. warnings];
    }

    /// <summary>True when <c>--anonymous-auth</c> counts as false whatever it says.</summary>
    internal static bool IsAnonymousReset(ApiServerOptions options) =>
        options.AnonymousAuth != false && options.AuthorizationModes.Contains("AlwaysAllow", StringComparer.Ordinal);

    private static IEnumerable<string> OfIssuers(ImmutableArray<string> issuers)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var issuer in issuers)
        {
            if (issuer.Contains(':', StringComparison.Ordinal) && GoUrl.Parse(issuer).Error is { } error)
            {
                yield return $"service-account-issuer {GoText.Quote(issuer)} contained a ':' but was not a valid URL: {error}";
            }

            if (issuer.Length == 0)
            {
                yield return "service-account-issuer should not be an empty string";
            }

            if (!seen.Add(issuer))
            {
                yield return $"service-account-issuer {GoText.Quote(issuer)} is already specified";
            }
        }
    }
}
