using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// What is wrong with a configuration, in upstream's words and order (upstream:
/// <c>k8s.io/apiserver/pkg/apis/apiserver/validation.ValidateAuthenticationConfiguration</c>), except for what only compiling an
/// expression shows.
/// </summary>
public static class AuthenticationConfigurationValidation
{
    private const int MostIssuers = 64;
    private const string BothSet = "claim and expression can't both be set";

    /// <summary>Everything wrong with a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="disallowedIssuers">The server's own service account issuers.</param>
    public static ImmutableArray<FieldError> Validate(
        AuthenticationConfiguration configuration, IReadOnlyCollection<string> disallowedIssuers)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(disallowedIssuers);
        return [.. All(configuration, disallowedIssuers)];
    }

    /// <summary>Refuses a configuration that is wrong, or has an expression.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="disallowedIssuers">The server's own service account issuers.</param>
    /// <exception cref="AuthenticationConfigurationException">It is wrong, with everything that is.</exception>
    public static void Check(AuthenticationConfiguration configuration, IReadOnlyCollection<string> disallowedIssuers)
    {
        var errors = AggregateError.Join(Validate(configuration, disallowedIssuers).Select(e => e.ToString()))
            ?? AggregateError.Join(Expressions.Fields(configuration).Select(f => $"{f}: CEL expressions are not supported yet"));
        if (errors is not null)
        {
            throw new AuthenticationConfigurationException(errors);
        }
    }

    private static IEnumerable<FieldError> All(AuthenticationConfiguration configuration, IReadOnlyCollection<string> disallowed)
    {
        if (configuration.Jwt.Length > MostIssuers)
        {
            yield return FieldErrors.TooMany("jwt", configuration.Jwt.Length, MostIssuers);
            yield break;
        }

        var (urls, discoveryUrls) = (NewSet(), NewSet());
        for (var i = 0; i < configuration.Jwt.Length; i++)
        {
            var (jwt, path) = (configuration.Jwt[i], $"jwt[{i}]");
            foreach (var error in OfAuthenticator(jwt, path, disallowed))
            {
                yield return error;
            }

            if (!urls.Add(jwt.Issuer.Url))
            {
                yield return FieldErrors.Duplicate($"{path}.issuer.url", jwt.Issuer.Url);
            }

            if (jwt.Issuer.DiscoveryUrl.Length > 0 && !discoveryUrls.Add(jwt.Issuer.DiscoveryUrl))
            {
                yield return FieldErrors.Duplicate($"{path}.issuer.discoveryURL", jwt.Issuer.DiscoveryUrl);
            }
        }

        if (configuration.Anonymous is { Enabled: false, Conditions.Length: > 0 } anonymous)
        {
            var conditions = GoJson.Array(
                anonymous.Conditions.Select(c => new GoJsonObject().Text("Path", c.Path, omitEmpty: false).ToString()));
            yield return FieldErrors.InvalidRaw(
                "anonymous.conditions", conditions, "enabled should be set to true when conditions are defined");
        }
    }

    private static IEnumerable<FieldError> OfAuthenticator(JwtAuthenticator jwt, string path, IReadOnlyCollection<string> disallowed) =>
    [
        .. IssuerValidation.Validate(jwt.Issuer, $"{path}.issuer", disallowed),
        .. OfClaimRules(jwt.ClaimValidationRules, $"{path}.claimValidationRules"),
        .. OfMappings(jwt.ClaimMappings, $"{path}.claimMappings"),
        .. OfUserRules(jwt.UserValidationRules, $"{path}.userValidationRules"),
    ];

    private static IEnumerable<FieldError> OfClaimRules(ImmutableArray<ClaimValidationRule> rules, string path)
    {
        var (claims, expressions) = (NewSet(), NewSet());
        for (var i = 0; i < rules.Length; i++)
        {
            var (rule, at) = (rules[i], $"{path}[{i}]");
            switch (rule)
            {
                case { Claim.Length: > 0, Expression.Length: > 0 }:
                    yield return FieldErrors.Invalid(at, rule.Claim, BothSet);
                    break;
                case { Claim.Length: 0, Expression.Length: 0 }:
                    yield return FieldErrors.Required(at, "claim or expression is required");
                    break;
                case { Claim.Length: > 0 }:
                    if (rule.Message.Length > 0)
                    {
                        yield return FieldErrors.Invalid($"{at}.message", rule.Message, "may not be specified when claim is set");
                    }

                    if (!claims.Add(rule.Claim))
                    {
                        yield return FieldErrors.Duplicate($"{at}.claim", rule.Claim);
                    }

                    break;
                default:
                    if (rule.RequiredValue.Length > 0)
                    {
                        yield return FieldErrors.Invalid(
                            $"{at}.requiredValue", rule.RequiredValue, "may not be specified when expression is set");
                    }

                    if (!expressions.Add(rule.Expression))
                    {
                        yield return FieldErrors.Duplicate($"{at}.expression", rule.Expression);
                    }

                    break;
            }
        }
    }

    private static IEnumerable<FieldError> OfMappings(ClaimMappings mappings, string path)
    {
        var uid = mappings.Uid;
        return
        [
            .. OfPrefixed(mappings.Username, $"{path}.username", isRequired: true),
            .. OfPrefixed(mappings.Groups, $"{path}.groups", isRequired: false),
            .. (IEnumerable<FieldError>)(uid is { Claim.Length: > 0, Expression.Length: > 0 }
                ? [FieldErrors.Invalid($"{path}.uid", "", BothSet)]
                : []),
            .. OfExtra(mappings.Extra, $"{path}.extra"),
        ];
    }

    private static IEnumerable<FieldError> OfPrefixed(PrefixedClaimOrExpression mapping, string path, bool isRequired)
    {
        switch (mapping)
        {
            case { Claim.Length: > 0, Expression.Length: > 0 }:
                yield return FieldErrors.Invalid(path, "", BothSet);
                break;
            case { Claim.Length: 0, Expression.Length: 0 } when isRequired:
                yield return FieldErrors.Required(path, "claim or expression is required");
                break;
            case { Expression.Length: > 0, Prefix: { } prefix }:
                yield return FieldErrors.Invalid($"{path}.prefix", prefix, "may not be specified when expression is set");
                break;
            case { Claim.Length: > 0, Prefix: null }:
                yield return FieldErrors.Required(
                    $"{path}.prefix", "prefix is required when claim is set. It can be set to an empty string to disable prefixing");
                break;
            default:
                break;
        }
    }

    private static IEnumerable<FieldError> OfExtra(ImmutableArray<ExtraMapping> extra, string path)
    {
        var keys = NewSet();
        for (var i = 0; i < extra.Length; i++)
        {
            var (mapping, at) = (extra[i], $"{path}[{i}]");
            foreach (var error in ExtraKeys.Validate(mapping.Key, $"{at}.key"))
            {
                yield return error;
            }

            if (!keys.Add(mapping.Key))
            {
                yield return FieldErrors.Duplicate($"{at}.key", mapping.Key);
            }
            else if (mapping.ValueExpression.Length == 0)
            {
                yield return FieldErrors.Required($"{at}.valueExpression");
            }
        }
    }

    private static IEnumerable<FieldError> OfUserRules(ImmutableArray<UserValidationRule> rules, string path)
    {
        var expressions = NewSet();
        for (var i = 0; i < rules.Length; i++)
        {
            var at = $"{path}[{i}].expression";
            if (rules[i].Expression.Length == 0)
            {
                yield return FieldErrors.Required(at);
            }
            else if (!expressions.Add(rules[i].Expression))
            {
                yield return FieldErrors.Duplicate(at, rules[i].Expression);
            }
        }
    }

    private static HashSet<string> NewSet() => new(StringComparer.Ordinal);
}
