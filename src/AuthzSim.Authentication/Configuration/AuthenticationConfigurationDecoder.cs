using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// The fields of an AuthenticationConfiguration (upstream: <c>k8s.io/apiserver/pkg/apis/apiserver/v1/types.go</c>).
/// </summary>
internal sealed class AuthenticationConfigurationDecoder(StrictDecoder decoder)
{
    public AuthenticationConfiguration Decode(JsonValue value)
    {
        var result = new AuthenticationConfiguration();
        foreach (var (name, member, spot) in decoder.Fields(
            value, FieldSpot.Root, "AuthenticationConfiguration", "apiVersion", "kind", "jwt", "anonymous"))
        {
            result = name switch
            {
                "jwt" => result with { Jwt = [.. decoder.Structs(member, spot, "JWTAuthenticator", Jwt)] },
                "anonymous" => result with { Anonymous = Anonymous(member, spot) },
                _ => result,
            };
        }

        return result;
    }

    private AnonymousAuthConfig Anonymous(JsonValue value, FieldSpot at)
    {
        var result = new AnonymousAuthConfig();
        foreach (var (name, member, spot) in decoder.Fields(value, at, "AnonymousAuthConfig", "enabled", "conditions"))
        {
            result = name == "enabled"
                ? result with { Enabled = decoder.Flag(member, spot) }
                : result with { Conditions = [.. decoder.Structs(member, spot, "AnonymousAuthCondition", Condition)] };
        }

        return result;
    }

    private AnonymousAuthCondition Condition(JsonValue value, FieldSpot at)
    {
        var result = new AnonymousAuthCondition("");
        foreach (var (_, member, spot) in decoder.Fields(value, at, "AnonymousAuthCondition", "path"))
        {
            result = new AnonymousAuthCondition(decoder.Text(member, spot));
        }

        return result;
    }

    private JwtAuthenticator Jwt(JsonValue value, FieldSpot at)
    {
        var result = new JwtAuthenticator();
        foreach (var (name, member, spot) in decoder.Fields(
            value, at, "JWTAuthenticator", "issuer", "claimValidationRules", "claimMappings", "userValidationRules"))
        {
            result = name switch
            {
                "issuer" => result with { Issuer = Issuer(member, spot) },
                "claimMappings" => result with { ClaimMappings = Mappings(member, spot) },
                "claimValidationRules" => result with
                {
                    ClaimValidationRules = [.. decoder.Structs(member, spot, "ClaimValidationRule", ClaimRule)],
                },
                _ => result with { UserValidationRules = [.. decoder.Structs(member, spot, "UserValidationRule", UserRule)] },
            };
        }

        return result;
    }

    private Issuer Issuer(JsonValue value, FieldSpot at)
    {
        var result = new Issuer();
        foreach (var (name, member, spot) in decoder.Fields(
            value, at, "Issuer",
            "url", "discoveryURL", "certificateAuthority", "audiences", "audienceMatchPolicy", "egressSelectorType"))
        {
            result = name switch
            {
                "url" => result with { Url = decoder.Text(member, spot) },
                "discoveryURL" => result with { DiscoveryUrl = decoder.Text(member, spot) },
                "certificateAuthority" => result with { CertificateAuthority = decoder.Text(member, spot) },
                "audiences" => result with { Audiences = [.. decoder.List(member, spot, "string", (e, s) => decoder.Text(e, s))] },
                "audienceMatchPolicy" => result with { AudienceMatchPolicy = decoder.Text(member, spot, "AudienceMatchPolicyType") },
                _ => result with { EgressSelectorType = decoder.Text(member, spot, "EgressSelectorType") },
            };
        }

        return result;
    }

    private ClaimValidationRule ClaimRule(JsonValue value, FieldSpot at)
    {
        var result = new ClaimValidationRule();
        foreach (var (name, member, spot) in decoder.Fields(
            value, at, "ClaimValidationRule", "claim", "requiredValue", "expression", "message"))
        {
            var text = decoder.Text(member, spot);
            result = name switch
            {
                "claim" => result with { Claim = text },
                "requiredValue" => result with { RequiredValue = text },
                "expression" => result with { Expression = text },
                _ => result with { Message = text },
            };
        }

        return result;
    }

    private UserValidationRule UserRule(JsonValue value, FieldSpot at)
    {
        var result = new UserValidationRule();
        foreach (var (name, member, spot) in decoder.Fields(value, at, "UserValidationRule", "expression", "message"))
        {
            var text = decoder.Text(member, spot);
            result = name == "expression" ? result with { Expression = text } : result with { Message = text };
        }

        return result;
    }

    private ClaimMappings Mappings(JsonValue value, FieldSpot at)
    {
        var result = new ClaimMappings();
        foreach (var (name, member, spot) in decoder.Fields(value, at, "ClaimMappings", "username", "groups", "uid", "extra"))
        {
            result = name switch
            {
                "username" => result with { Username = Prefixed(member, spot) },
                "groups" => result with { Groups = Prefixed(member, spot) },
                "uid" => result with { Uid = Uid(member, spot) },
                _ => result with { Extra = [.. decoder.Structs(member, spot, "ExtraMapping", Extra)] },
            };
        }

        return result;
    }

    private PrefixedClaimOrExpression Prefixed(JsonValue value, FieldSpot at)
    {
        var result = new PrefixedClaimOrExpression();
        foreach (var (name, member, spot) in decoder.Fields(
            value, at, "PrefixedClaimOrExpression", "claim", "prefix", "expression"))
        {
            var text = decoder.Text(member, spot);
            result = name switch
            {
                "claim" => result with { Claim = text },
                "prefix" => result with { Prefix = text },
                _ => result with { Expression = text },
            };
        }

        return result;
    }

    private ClaimOrExpression Uid(JsonValue value, FieldSpot at)
    {
        var result = new ClaimOrExpression();
        foreach (var (name, member, spot) in decoder.Fields(value, at, "ClaimOrExpression", "claim", "expression"))
        {
            var text = decoder.Text(member, spot);
            result = name == "claim" ? result with { Claim = text } : result with { Expression = text };
        }

        return result;
    }

    private ExtraMapping Extra(JsonValue value, FieldSpot at)
    {
        var result = new ExtraMapping();
        foreach (var (name, member, spot) in decoder.Fields(value, at, "ExtraMapping", "key", "valueExpression"))
        {
            var text = decoder.Text(member, spot);
            result = name == "key" ? result with { Key = text } : result with { ValueExpression = text };
        }

        return result;
    }
}
