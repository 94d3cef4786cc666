using System.Text.RegularExpressions;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Oidc;

namespace AuthzSim.Conformance;

/// <summary>jwt.json: ID tokens and anonymous requests through the server's chain.</summary>
public sealed partial class JwtVectorTests
{
    private readonly JwtVectors _vectors = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_token_is_of_the_user_or_refused_in_the_servers_words()
    {
        var mismatches = new Mismatches(JwtVectors.File);
        foreach (var entry in _vectors.Tokens)
        {
            var clock = AuthenticationVectors.Clock(entry);
            using var issuers = _vectors.Authenticators(clock);
            var answer =
                await Chain(issuers, clock).AuthenticateAsync(AuthenticationVectors.Request(entry), cancellationToken: Cancel);
            mismatches.Compare(
                entry.Text("name"),
                WithoutFraction(AuthenticationAnswers.Recorded(entry)),
                WithoutFraction(AuthenticationAnswers.Ours(answer, entry)));
        }

        mismatches.AssertNone();
    }

    [Fact]
    public async Task Anonymous_requests_are_let_in_where_the_conditions_say()
    {
        using var issuers = _vectors.Authenticators(TimeProvider.System);
        var chain = Chain(issuers, TimeProvider.System);
        var mismatches = new Mismatches(JwtVectors.File);
        foreach (var entry in _vectors.Cases("anonymous"))
        {
            var path = entry.Text("path");
            var answer = await chain.AuthenticateAsync(new AuthenticationRequest { Path = path }, cancellationToken: Cancel);
            mismatches.Compare(
                path,
                entry.GetProperty("status").GetInt32() == 401 ? "401" : "system:anonymous",
                answer.Failure?.Code.ToString() ?? answer.User!.Name);
        }

        mismatches.AssertNone();
    }

    [Fact]
    public void Issuers_with_expressions_are_refused_at_load() =>
        Assert.All(_vectors.Waiting, j => Assert.Contains(
            "CEL expressions are not supported yet",
            Assert.Throws<AuthenticationConfigurationException>(
                () => AuthenticationConfigurationValidation.Check(new AuthenticationConfiguration { Jwt = [j] }, [])).Message,
            StringComparison.Ordinal));

    private RequestAuthenticator Chain(JwtAuthenticators issuers, TimeProvider clock)
    {
        var anonymous = AnonymousAuthConfig.Of(_vectors.Configuration.Anonymous, flag: null);
        return new AuthenticatorChain
        {
            JwtIssuers = [issuers],
            Anonymous = anonymous.Enabled ? new AnonymousAuthenticator([.. anonymous.Conditions.Select(c => c.Path)]) : null,
            HasLoopbackToken = true,
            Time = clock,
        }.Build();
    }

    /// <summary>The recorded time of a request is whole seconds; the server's clock was not.</summary>
    private static string WithoutFraction(string error) => CurrentTime().Replace(error, "current time ${time} +0000 UTC before");

    [GeneratedRegex(@"current time (?<time>[0-9-]+ [0-9:]+)(\.\d+)? \+0000 UTC( m=\+[\d.]+)? before", RegexOptions.ExplicitCapture)]
    private static partial Regex CurrentTime();
}
