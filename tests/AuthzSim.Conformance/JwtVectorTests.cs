using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Oidc;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>jwt.json: ID tokens, and who the server took them for.</summary>
public sealed partial class JwtVectorTests
{
    private const string File = "jwt.json";

    // The issuers that cannot be judged without evaluating expressions, by the last part of their URL.
    private static readonly HashSet<string> _waiting = new(StringComparer.Ordinal) { "celrules", "celemail", "nested", "ext" };

    [Fact]
    public async Task Every_token_is_of_the_user_or_refused_in_the_servers_words()
    {
        var recording = Vectors.ReadJson(File);
        var configuration = ConfigurationWithoutWaiting(recording);
        var keys = JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(recording.GetProperty("jwks").GetRawText()));
        var local = configuration.Jwt.ToImmutableDictionary(j => j.Issuer.Url, _ => keys);
        var mismatches = new Mismatches(File);
        foreach (var entry in recording.Items("cases").Where(c => c.Text("kind") == "jwt"))
        {
            if (_waiting.Contains(entry.GetProperty("claims").Text("iss").Split('/')[^1]))
            {
                continue;
            }

            var clock = new StoppedClock(DateTimeOffset.Parse(entry.Text("time"), CultureInfo.InvariantCulture));
            using var authenticators = JwtAuthenticators.Create(
                configuration, new JwtAuthenticatorOptions { LocalKeySets = local, Time = clock });
            var token = entry.GetProperty("headers")[0][1].GetString()!.Split(' ')[1];
            var result = await authenticators.AuthenticateTokenAsync(token, AuthenticationContext.Default, TestContext.Current.CancellationToken);
            mismatches.Compare(entry.Text("name"), Recorded(entry), Ours(result));
        }

        mismatches.AssertNone();
    }

    [Fact]
    public void Anonymous_requests_are_let_in_where_the_conditions_say()
    {
        var recording = Vectors.ReadJson(File);
        var anonymous = AnonymousAuthConfig.Of(ConfigurationWithoutWaiting(recording).Anonymous, flag: null);
        var mismatches = new Mismatches(File);
        foreach (var entry in recording.Items("cases").Where(c => c.Text("kind") == "anonymous"))
        {
            var path = entry.Text("path");
            mismatches.Compare(
                path, entry.GetProperty("status").GetInt32() == 401 ? "refused" : "let in", anonymous.Allows(path) ? "let in" : "refused");
        }

        mismatches.AssertNone();
    }

    private static AuthenticationConfiguration ConfigurationWithoutWaiting(JsonElement recording)
    {
        var file = JsonNode.Parse(recording.GetProperty("authenticationConfiguration").GetRawText())!;
        var whole = AuthenticationConfigurationReader.Decode(Encoding.UTF8.GetBytes(file.ToJsonString()));
        var waiting = whole.Jwt.Where(j => _waiting.Contains(j.Issuer.Url.Split('/')[^1])).ToList();
        Assert.Equal(_waiting.Count, waiting.Count);
        Assert.All(waiting, j => Assert.Contains(
            "CEL expressions are not supported yet",
            Assert.Throws<AuthenticationConfigurationException>(
                () => AuthenticationConfigurationValidation.Check(new AuthenticationConfiguration { Jwt = [j] }, [])).Message,
            StringComparison.Ordinal));
        return whole with { Jwt = [.. whole.Jwt.Except(waiting)] };
    }

    private static string Recorded(JsonElement entry)
    {
        if (!entry.TryGetProperty("userInfo", out var user))
        {
            return WithoutFraction(entry.Text("error"));
        }

        var extra = user.TryGetProperty("extra", out var map)
            ? map.EnumerateObject().Select(p => $"{p.Name}={string.Join(",", p.Value.EnumerateArray())}")
            : [];
        return Show(user.Text("username"), user.Text("uid"), user.Strings("groups"), extra);
    }

    // Before the chain's own members: the loopback token's authenticator never knows the token, and system:authenticated is added.
    private static string Ours(AuthenticationResult result) => result switch
    {
        { User: { } user } => Show(
            user.Name, user.Uid, user.Groups.Add(WellKnownUsers.Authenticated),
            user.Extra.Select(e => $"{e.Key}={string.Join(",", e.Value)}")),
        { Error: { } error } => $"[invalid bearer token, {WithoutFraction(error)}]",
        _ => "invalid bearer token",
    };

    private static string Show(string name, string uid, IEnumerable<string> groups, IEnumerable<string> extra) =>
        $"name={name} uid={uid} groups=[{string.Join(",", groups)}] extra=[{string.Join(";", extra)}]";

    /// <summary>The recorded time of a request is whole seconds; the server's clock was not.</summary>
    private static string WithoutFraction(string error) => CurrentTime().Replace(error, "current time ${time} +0000 UTC before");

    [GeneratedRegex(@"current time (?<time>[0-9-]+ [0-9:]+)(\.\d+)? \+0000 UTC( m=\+[\d.]+)? before", RegexOptions.ExplicitCapture)]
    private static partial Regex CurrentTime();

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
