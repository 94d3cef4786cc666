using System.Text;
using AuthzSim.Authentication.Oidc;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Tests.Oidc;

/// <summary>Nothing made out of a valid token by one who has no key is anybody else's token.</summary>
public sealed class IdTokenMutationTests
{
    private static readonly JwtAuthenticators _authenticators = Idp.Authenticators();

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task No_byte_changed_makes_another_user(string algorithm)
    {
        var token = Idp.Token(algorithm: algorithm);
        var user = (await AskAsync(token)).User!;
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var c in (char[])[(char)(token[i] ^ 1), (char)(token[i] ^ 0x20), 'A', '_', '.', ' ', '\n', '=', '\u00e9', '\0'])
            {
                if (c != token[i])
                {
                    AssertNobodyElse(user, await AskAsync(token[..i] + c + token[(i + 1)..]));
                }
            }

            AssertNobodyElse(user, await AskAsync(token[..i]));
            AssertNobodyElse(user, await AskAsync(token.Remove(i, 1)));
        }
    }

    [Fact]
    public async Task No_member_dropped_doubled_or_retyped_under_the_old_signature_authenticates()
    {
        var token = Idp.Token();
        var parts = token.Split('.');
        foreach (var payload in Mutants().Where(p => p != Idp.Claims().ToJsonString()))
        {
            var forged = $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{parts[2]}";
            Assert.False((await AskAsync(forged)).IsAuthenticated, payload);
        }
    }

    [Fact]
    public async Task Signed_payloads_of_any_form_give_a_result_and_never_a_throw()
    {
        var results = new List<AuthenticationResult>();
        foreach (var payload in Mutants())
        {
            results.Add(await AskAsync(Idp.Sign(payload)));
        }

        Assert.Contains(results, r => r.IsAuthenticated);
        Assert.Contains(results, r => r.Error is not null);
        Assert.Contains(results, r => r.IsNoOpinion);
        Assert.All(results.Where(r => r.IsAuthenticated), r => Assert.StartsWith("u:", r.User!.Name, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Mutants()
    {
        string[] others =
            ["null", "true", "0", "1e999", "-1", "\"\"", "\"eve\"", "\"\\ud800\"", "[]", "[null]", "[[]]", "{}", "{\"a\":{}}"];
        foreach (var name in Idp.Claims().Select(c => c.Key).Concat(["_claim_names", "_claim_sources", "nbf", "iat"]).ToList())
        {
            yield return Idp.Claims(c => c.Remove(name)).ToJsonString();
            foreach (var other in others)
            {
                yield return Idp.Claims(c => c.Remove(name)).ToJsonString()[..^1] + $",\"{name}\":{other}}}";
                yield return Idp.Claims().ToJsonString()[..^1] + $",\"{name}\":{other}}}";
                yield return $"{{\"{name.ToUpperInvariant()}\":{other}," + Idp.Claims().ToJsonString()[1..];
            }
        }

        foreach (var other in others)
        {
            yield return other == "null" ? "nul" : other;
        }

        yield return new string('[', 20_000);
        yield return "{\"a\":" + new string('[', 9_000) + new string(']', 9_000) + "," + Idp.Claims().ToJsonString()[1..];
    }

    private static void AssertNobodyElse(UserInfo user, AuthenticationResult result) =>
        Assert.True(result.User is null || result.User.Equals(user), $"{result.User} is not {user}");

    private static async Task<AuthenticationResult> AskAsync(string token) =>
        await _authenticators.AuthenticateTokenAsync(token, AuthenticationContext.Default, TestContext.Current.CancellationToken);
}
