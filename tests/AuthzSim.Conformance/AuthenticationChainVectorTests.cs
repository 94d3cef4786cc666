namespace AuthzSim.Conformance;

/// <summary>authn.json: the credentials that are judged without a signature.</summary>
public sealed class AuthenticationChainVectorTests
{
    [Theory]
    [InlineData("header")]
    [InlineData("bootstrapToken")]
    public async Task Credentials_are_judged_as_the_server_judges_them(string kind)
    {
        var vectors = new AuthenticationVectors();
        var mismatches = new Mismatches($"authn.json {kind}");
        foreach (var entry in vectors.Cases(kind))
        {
            var chain = vectors.Chain(AuthenticationVectors.Clock(entry)).Build();
            var answer = await chain.AuthenticateAsync(
                AuthenticationVectors.Request(entry), cancellationToken: TestContext.Current.CancellationToken);
            mismatches.Compare(entry.Text("name"), AuthenticationVectors.Expected(entry), AuthenticationVectors.Actual(answer));
        }

        mismatches.AssertNone();
    }
}
