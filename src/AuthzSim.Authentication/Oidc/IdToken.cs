using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Oidc;

/// <summary>The claims that OpenID Connect itself speaks of (upstream: <c>github.com/coreos/go-oidc</c> <c>idToken</c>).</summary>
internal sealed record IdToken
{
    public string Issuer { get; private init; } = "";

    public List<string> Audience { get; private init; } = [];

    /// <summary>The year 1 when the token does not say.</summary>
    public GoTime Expiry { get; private init; }

    public GoTime? NotBefore { get; private init; }

    /// <summary>All claims by name, as they were written.</summary>
    public Claims Claims { get; private init; } = Claims.Empty;

    /// <summary>Reads a payload; the error is upstream's.</summary>
    public static (IdToken? Token, string? Error) Read(ReadOnlyMemory<byte> payload)
    {
        if (!JsonValue.TryParse(payload, out var json))
        {
            return (null, "oidc: failed to unmarshal claims: the payload is not JSON");
        }

        var fields = new GoJsonFields("idToken");
        var (token, names, sources) = (new IdToken { Claims = Claims.Of(json) }, new Dictionary<string, string>(), new HashSet<string>());
        foreach (var member in fields.Read(
            json, "iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "_claim_names", "_claim_sources"))
        {
            switch (member.Name)
            {
                case "iss": token = token with { Issuer = fields.Text(member, token.Issuer) }; break;
                case "aud": token = token with { Audience = fields.Audience(member) }; break;
                case "exp": token = token with { Expiry = GoTime.FromUnix(fields.Time(member)) }; break;
                case "iat": fields.Time(member); break;
                case "nbf": token = token with { NotBefore = member.Value.IsNull ? null : GoTime.FromUnix(fields.Time(member)) }; break;
                case "_claim_names": Merge(names, fields.TextMap(member)); break;
                case "_claim_sources": sources.UnionWith(Sources(fields, member)); break;
                default: fields.Text(member, ""); break;
            }
        }

        return (fields.Error ?? SourceError(names, sources)) is not { } error ? (token, null)
            : (null, fields.Error is null ? error : $"oidc: failed to unmarshal claims: {error}");
    }

    private static void Merge(Dictionary<string, string> all, Dictionary<string, string> more)
    {
        foreach (var (name, source) in more)
        {
            all[name] = source;
        }
    }

    private static string? SourceError(Dictionary<string, string> names, HashSet<string> sources)
    {
        foreach (var source in names.Values)
        {
            if (source.Length == 0 || !sources.Contains(source))
            {
                return source.Length == 0 ? "oidc: failed to obtain source from claim name" : "oidc: source does not exist";
            }
        }

        return null;
    }

    private static List<string> Sources(GoJsonFields fields, JsonMember member)
    {
        if (!member.Value.IsObject)
        {
            fields.Mismatch(member, "map[string]oidc.claimSource");
            return [];
        }

        List<string> names = [];
        foreach (var (name, source) in member.Value.Members())
        {
            names.Add(name);
            if (!source.IsObject)
            {
                fields.Mismatch(new JsonMember(member.Name, source), "oidc.claimSource");
                continue;
            }

            foreach (var (field, value) in new GoJsonFields("claimSource").Read(source, "endpoint", "access_token"))
            {
                if (!value.IsString)
                {
                    fields.Mismatch(new JsonMember($"{member.Name}.{field}", value), "string", "claimSource");
                }
            }
        }

        return names;
    }
}
