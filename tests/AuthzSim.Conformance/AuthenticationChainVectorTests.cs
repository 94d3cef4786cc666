using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Conformance;

/// <summary>authn.json: every credential through the server's whole chain; status, user and error.</summary>
public sealed class AuthenticationChainVectorTests
{
    private static readonly string[] _kinds = ["bootstrapToken", "header", "requestHeader", "serviceAccountToken", "x509"];

    private readonly AuthenticationVectors _vectors = new();

    [Fact]
    public async Task Every_credential_is_judged_as_the_server_judges_it()
    {
        await AssertAllAgree(_vectors.Cases, []);
        Assert.Equal(_kinds, _vectors.Cases.Select(c => c.Text("kind")).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_more_changes_nothing_for_a_token_that_is_somebodys()
    {
        using var other = RSA.Create(2048);
        await AssertAllAgree(
            _vectors.Cases.Where(c => c.Text("kind") == "serviceAccountToken" && c.TryGetProperty("userInfo", out _)),
            PublicKeyPem.Parse(other.ExportSubjectPublicKeyInfoPem()));
    }

    private async Task AssertAllAgree(IEnumerable<JsonElement> entries, ImmutableArray<VerificationKey> moreKeys)
    {
        var mismatches = new Mismatches(AuthenticationVectors.File);
        foreach (var entry in entries)
        {
            var chain = _vectors.Chain(AuthenticationVectors.Clock(entry), moreKeys).Build();
            var answer = await chain.AuthenticateAsync(
                AuthenticationVectors.Request(entry), cancellationToken: TestContext.Current.CancellationToken);
            mismatches.Compare(
                $"{entry.Text("kind")}: {entry.Text("name")}",
                AuthenticationAnswers.Recorded(entry),
                AuthenticationAnswers.Ours(answer, entry));
        }

        mismatches.AssertNone();
    }
}
