using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>What is wrong with an issuer (upstream: <c>validateIssuer</c> of <c>apis/apiserver/validation</c>).</summary>
internal static class IssuerValidation
{
    private const string MatchAny = "MatchAny";

    public static IEnumerable<FieldError> Validate(Issuer issuer, string path, IReadOnlyCollection<string> disallowed) =>
    [
        .. issuer.Url.Length == 0 ? [FieldErrors.Required($"{path}.url")] : OfUrl(issuer.Url, $"{path}.url", disallowed),
        .. OfDiscoveryUrl(issuer, $"{path}.discoveryURL"),
        .. OfAudiences(issuer, $"{path}.audiences", $"{path}.audienceMatchPolicy"),
        .. OfCertificateAuthority(issuer, $"{path}.certificateAuthority"),
        .. OfEgressSelector(issuer, $"{path}.egressSelectorType"),
    ];

    private static IEnumerable<FieldError> OfDiscoveryUrl(Issuer issuer, string path)
    {
        if (issuer.DiscoveryUrl.Length == 0)
        {
            yield break;
        }

        if (issuer.Url.Length > 0 && issuer.Url.TrimEnd('/') == issuer.DiscoveryUrl.TrimEnd('/'))
        {
            yield return FieldErrors.Invalid(path, issuer.DiscoveryUrl, "discoveryURL must be different from URL");
        }

        foreach (var error in OfUrl(issuer.DiscoveryUrl, path, []))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> OfUrl(string url, string path, IReadOnlyCollection<string> disallowed)
    {
        if (disallowed.Contains(url))
        {
            string[] sorted =
                [.. disallowed.Distinct(StringComparer.Ordinal).Order(Comparer<string>.Create(GoText.CompareBytes))];
            yield return FieldErrors.Invalid(path, url, $"URL must not overlap with disallowed issuers: {GoText.List(sorted)}");
        }

        var (parsed, problem) = GoUrl.Parse(url);
        if (parsed is null)
        {
            yield return FieldErrors.Invalid(path, url, problem!);
            yield break;
        }

        if (parsed.Scheme != "https")
        {
            yield return FieldErrors.Invalid(path, url, "URL scheme must be https");
        }

        if (parsed.HasUser)
        {
            yield return FieldErrors.Invalid(path, url, "URL must not contain a username or password");
        }

        if (parsed.RawQuery.Length > 0)
        {
            yield return FieldErrors.Invalid(path, url, "URL must not contain a query");
        }

        if (parsed.Fragment.Length > 0)
        {
            yield return FieldErrors.Invalid(path, url, "URL must not contain a fragment");
        }
    }

    private static IEnumerable<FieldError> OfAudiences(Issuer issuer, string path, string policyPath)
    {
        if (issuer.Audiences.IsEmpty)
        {
            yield return FieldErrors.Required(path, $"at least one {path} is required");
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < issuer.Audiences.Length; i++)
        {
            var audience = issuer.Audiences[i];
            if (audience.Length == 0)
            {
                yield return FieldErrors.Required($"{path}[{i}]");
            }

            if (!seen.Add(audience))
            {
                yield return FieldErrors.Duplicate($"{path}[{i}]", audience);
            }
        }

        if (issuer.Audiences.Length > 1 && issuer.AudienceMatchPolicy != MatchAny)
        {
            yield return FieldErrors.InvalidRaw(
                policyPath, GoJson.String(issuer.AudienceMatchPolicy), "audienceMatchPolicy must be MatchAny for multiple audiences");
        }

        if (issuer.Audiences.Length == 1 && issuer.AudienceMatchPolicy is not ("" or MatchAny))
        {
            yield return FieldErrors.InvalidRaw(
                policyPath, GoJson.String(issuer.AudienceMatchPolicy),
                "audienceMatchPolicy must be empty or MatchAny for single audience");
        }
    }

    private static IEnumerable<FieldError> OfCertificateAuthority(Issuer issuer, string path)
    {
        if (issuer.CertificateAuthority.Length > 0 && TlsRoots.Error(issuer.CertificateAuthority) is { } error)
        {
            yield return FieldErrors.Invalid(path, "<omitted>", error);
        }
    }

    private static IEnumerable<FieldError> OfEgressSelector(Issuer issuer, string path)
    {
        if (issuer.EgressSelectorType is not ("" or "controlplane" or "cluster"))
        {
            yield return FieldErrors.InvalidRaw(
                path, GoJson.String(issuer.EgressSelectorType), "egress selector must be either controlplane or cluster");
        }
    }
}
