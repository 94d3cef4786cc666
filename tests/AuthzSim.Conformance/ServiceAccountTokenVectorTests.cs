using System.Globalization;
using System.Text.Json;
using AuthzSim.Authentication;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Requests;
using Microsoft.Extensions.Time.Testing;

namespace AuthzSim.Conformance;

/// <summary>Tokens of service accounts: who each is, and the server's own error.</summary>
public sealed class ServiceAccountTokenVectorTests
{
    private const string Kind = "serviceAccountToken";
    private const string InvalidBearerToken = "invalid bearer token";

    private readonly JsonElement _file = Vectors.ReadJson("authn.json");

    [Fact]
    public async Task Every_recorded_token_is_who_the_server_says()
    {
        var mismatches = new Mismatches("authn.json");
        foreach (var item in _file.Items("cases").Where(c => c.Text("kind") == Kind))
        {
            mismatches.Compare(item.Text("name"), Expected(item), Describe(await Authenticate(item, Options(_file.GetProperty("serviceAccount")))));
        }

        mismatches.AssertNone();
    }

    [Fact]
    public async Task Every_recorded_token_gets_the_same_answer_when_several_keys_are_tried()
    {
        var options = Options(_file.GetProperty("serviceAccount"));
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var keys = PublicKeyPem.Parse(other.ExportSubjectPublicKeyInfoPem()).AddRange(options.Keys);
        var mismatches = new Mismatches("authn.json");
        foreach (var item in _file.Items("cases").Where(c => c.Text("kind") == Kind && c.TryGetProperty("userInfo", out _)))
        {
            mismatches.Compare(item.Text("name"), Expected(item), Describe(await Authenticate(item, options with { Keys = keys })));
        }

        mismatches.AssertNone();
    }

    private static ServiceAccountTokenOptions Options(JsonElement server) => new()
    {
        Issuers = [server.Text("issuer")],
        ApiAudiences = server.Strings("apiAudiences"),
        Keys = [.. server.Strings("publicKeys").SelectMany(pem => PublicKeyPem.Parse(pem))],
        Lookup = server.GetProperty("lookup").GetBoolean(),
    };

    // The union of the two authenticators inside the bearer authenticator, as the specification's 1.2 and 1.5 have them.
    private async Task<AuthenticationResult> Authenticate(JsonElement item, ServiceAccountTokenOptions options)
    {
        var cluster = VectorCluster.Of(_file.GetProperty("state"));
        var clock = new FakeTimeProvider(DateTimeOffset.Parse(item.Text("time"), CultureInfo.InvariantCulture));
        var token = item.GetProperty("headers").EnumerateArray().First()[1].GetString()!.Split(' ')[1];
        var context = new AuthenticationContext { Audiences = options.ApiAudiences };
        var errors = new List<string>();
        foreach (var authenticator in new[]
            {
                ServiceAccountAuthenticators.Legacy(options, cluster), ServiceAccountAuthenticators.Bound(options, cluster, clock),
            })
        {
            var result = await authenticator.AuthenticateTokenAsync(token, context, TestContext.Current.CancellationToken);
            if (result.IsAuthenticated)
            {
                return result;
            }

            if (result.Error is { } error)
            {
                errors.Add(error);
            }
        }

        return AuthenticationResult.Failed(
            errors.Count == 0 ? InvalidBearerToken : $"[{InvalidBearerToken}, {string.Join(", ", errors.Distinct())}]");
    }

    private static string Expected(JsonElement item)
    {
        if (!item.TryGetProperty("userInfo", out var user))
        {
            return item.Text("error");
        }

        var extra = user.TryGetProperty("extra", out var map)
            ? map.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal)
                .Select(p => $"{p.Name}={string.Join('|', p.Value.EnumerateArray().Select(v => v.GetString()))}")
            : [];
        return Describe(user.Text("username"), user.Text("uid"), user.Strings("groups"), extra);
    }

    private static string? Describe(AuthenticationResult result) => result.User is not { } user
        ? result.Error
        : Describe(
            user.Name,
            user.Uid,
            [.. user.Groups, WellKnownUsers.Authenticated],
            user.Extra.Select(p => $"{p.Key}={string.Join('|', p.Value)}"));

    private static string Describe(string name, string uid, IEnumerable<string> groups, IEnumerable<string> extra) =>
        $"{name} {uid} [{string.Join(',', groups)}] [{string.Join(',', extra)}]";
}
