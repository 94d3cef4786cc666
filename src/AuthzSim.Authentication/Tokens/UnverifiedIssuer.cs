namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// Who a token says it is from, before anything is checked: good to choose who shall check it, and for nothing else (upstream:
/// <c>hasCorrectIssuer</c> in <c>pkg/serviceaccount/jwt.go</c>, with the rules of Go's <c>encoding/json</c>).
/// </summary>
internal static class UnverifiedIssuer
{
    /// <summary>The issuer, empty when the payload names none; null when the token is no JWS in compact form.</summary>
    /// <param name="token">The token.</param>
    public static string? Peek(string token)
    {
        if (token.AsSpan().TrimStart().StartsWith("{")
            || !JsonWebSignature.TrySplit(token, out var first, out var second)
            || !Base64UrlText.TryDecode(token.AsSpan(first + 1, second - first - 1), out var payload)
            || !JsonValue.TryParse(payload, out var json))
        {
            return null;
        }

        if (json.IsNull)
        {
            return "";
        }

        return json.IsObject ? Last(json.Members()) : null;
    }

    private static string? Last(List<JsonMember> members)
    {
        var issuer = "";
        foreach (var (name, value) in members)
        {
            if (!IsIssuer(name) || value.IsNull)
            {
                continue;
            }

            if (!value.IsString)
            {
                return null;
            }

            issuer = value.Text();
        }

        return issuer;
    }

    // Go folds case when no field has the exact name, and the long s folds to s.
    private static bool IsIssuer(string name) =>
        name.Length == 3 && name[0] is 'i' or 'I' && IsS(name[1]) && IsS(name[2]);

    private static bool IsS(char c) => c is 's' or 'S' or '\u017F';
}
