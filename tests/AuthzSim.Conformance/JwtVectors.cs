using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Oidc;

namespace AuthzSim.Conformance;

/// <summary>
/// jwt.json: the server's configuration without the issuers that wait for expressions, and the requests put to it.
/// </summary>
internal sealed class JwtVectors
{
    public const string File = "jwt.json";

    // The issuers that cannot be judged without evaluating expressions, by the last part of their URL.
    private static readonly HashSet<string> _waiting = new(StringComparer.Ordinal) { "celrules", "celemail", "nested", "ext" };

    private readonly JsonElement _recording = Vectors.ReadJson(File);

    public JwtVectors()
    {
        var whole = AuthenticationConfigurationReader.Decode(
            Encoding.UTF8.GetBytes(_recording.GetProperty("authenticationConfiguration").GetRawText()));
        Waiting = [.. whole.Jwt.Where(j => IsWaiting(j.Issuer.Url))];
        Assert.Equal(_waiting.Count, Waiting.Length);
        Configuration = whole with { Jwt = [.. whole.Jwt.Except(Waiting)] };
    }

    /// <summary>The configuration of the issuers that can be judged.</summary>
    public AuthenticationConfiguration Configuration { get; }

    /// <summary>The issuers that cannot be judged yet.</summary>
    public ImmutableArray<JwtAuthenticator> Waiting { get; }

    /// <summary>The tokens of the issuers that can be judged.</summary>
    public IEnumerable<JsonElement> Tokens => Cases("jwt").Where(c => !IsWaiting(c.GetProperty("claims").Text("iss")));

    /// <summary>The cases of one kind.</summary>
    public IEnumerable<JsonElement> Cases(string kind) => _recording.Items("cases").Where(c => c.Text("kind") == kind);

    /// <summary>The server's authenticators of ID tokens, with the recorded key set for every issuer.</summary>
    public JwtAuthenticators Authenticators(TimeProvider time)
    {
        var keys = JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(_recording.GetProperty("jwks").GetRawText()));
        return JwtAuthenticators.Create(Configuration, new JwtAuthenticatorOptions
        {
            LocalKeySets = Configuration.Jwt.ToImmutableDictionary(j => j.Issuer.Url, _ => keys),
            Time = time,
        });
    }

    private static bool IsWaiting(string issuer) => _waiting.Contains(issuer.Split('/')[^1]);
}
