using System.Diagnostics;
using System.Net.Sockets;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Oidc;

namespace AuthzSim.Authentication.Tests.Oidc;

/// <summary>An issuer over HTTP: the handler takes https://idp.example for the loopback server.</summary>
public sealed class DiscoveryTests
{
    private const string Json = "200 OK\r\nContent-Type: application/json";
    private const string NotInitialized = "oidc: authenticator not initialized";
    private const string Unfit = "oidc: verify token: failed to verify signature: failed to verify id token signature";

    private static string Discovery => $$"""{"issuer":"{{Idp.Url}}","jwks_uri":"{{Idp.Url}}/keys"}""";

    [Fact]
    public async Task Keys_are_found_by_discovery_and_kept_as_long_as_the_server_says()
    {
        await using var server =
            Loopback.Of(r => IsKeys(r) ? (Json + "\r\nCache-Control: max-age=3600", Idp.Keys) : (Json, Discovery));
        using var authenticators = Over(server);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("u:jane", (await AskAsync(authenticators, Idp.Token())).User?.Name);
        }

        Assert.Equal(2, server.Requests.Count);
        Assert.StartsWith("GET /.well-known/openid-configuration HTTP", server.Requests[0], StringComparison.Ordinal);
        var unknown = Idp.Sign(Idp.Claims().ToJsonString(), header: """{"alg":"ES256","kid":"other"}""");
        Assert.Equal(Unfit, (await AskAsync(authenticators, unknown)).Error);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Without_a_lifetime_keys_that_do_not_fit_are_fetched_again()
    {
        await using var server = Loopback.Of(r => IsKeys(r) ? (Json, Idp.Keys) : (Json, Discovery));
        using var authenticators = Over(server);
        await AskAsync(authenticators, Idp.Token());
        await AskAsync(authenticators, Idp.Token());
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(Unfit, (await AskAsync(authenticators, Idp.Sign(Idp.Claims().ToJsonString(), header: """{"alg":"ES256","kid":"x"}"""))).Error);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task The_discovery_url_is_asked_instead()
    {
        await using var server = Loopback.Of(r => IsKeys(r) ? (Json, Idp.Keys) : (Json, Discovery));
        using var authenticators = Over(server, i => i with { DiscoveryUrl = "https://elsewhere.example/d" });
        Assert.True((await AskAsync(authenticators, Idp.Token())).IsAuthenticated);
        Assert.StartsWith("GET /d HTTP", server.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200 OK\r\nContent-Type: application/json", """{"issuer":"https://evil","jwks_uri":"x"}""", "oidc: issuer did not match the issuer returned by provider, expected \"https://idp.example\" got \"https://evil\"")]
    [InlineData("200 OK\r\nContent-Type: application/json", """{"issuer":"https://idp.example"}""", "provider did not return JWKS URL")]
    [InlineData("200 OK\r\nContent-Type: application/json", """{"issuer":7}""", "oidc: failed to decode provider discovery object: got Content-Type = application/json, but could not unmarshal as JSON: json: cannot unmarshal number into Go struct field providerJSON.issuer of type string")]
    [InlineData("200 OK\r\nContent-Type: text/html", "<html>", "oidc: failed to decode provider discovery object: expected Content-Type = application/json, got \"text/html\": not JSON")]
    [InlineData("404 Not Found", "gone", "404 Not Found: gone")]
    public async Task What_is_no_discovery_document_of_the_issuer_initializes_nothing(string head, string body, string error)
    {
        await using var server = Loopback.Of(_ => (head, body));
        using var authenticators = Over(server);
        Assert.Equal(NotInitialized, (await AskAsync(authenticators, Idp.Token())).Error);
        Assert.Equal(
            $"oidc: authenticator for issuer \"{Idp.Url}\" is not healthy: {error}", Assert.Single(authenticators.HealthErrors));
        await AskAsync(authenticators, Idp.Token());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_endless_document_is_cut_off()
    {
        await using var server = Loopback.Raw(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancellation);
            while (true)
            {
                await stream.WriteAsync(new byte[1 << 16], cancellation);
            }
        });
        await AssertFails(server, "unable to read response body: more than 1048576 bytes");
    }

    [Fact]
    public async Task Endless_headers_are_cut_off()
    {
        await using var server = Loopback.Raw(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancellation);
            while (true)
            {
                await stream.WriteAsync("X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"u8.ToArray(), cancellation);
            }
        });
        await AssertFails(server, "Get \"https://idp.example/.well-known/openid-configuration\"");
    }

    [Fact]
    public async Task A_slow_server_is_given_up()
    {
        await using var server = Loopback.Raw(Drip);
        await AssertFails(server, "context deadline exceeded");
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        await using var server = Loopback.Of(_ => ($"302 Found\r\nLocation: /again", ""));
        await AssertFails(server, "302 Found");
        Assert.InRange(server.Requests.Count, 1, 11);
    }

    [Fact]
    public async Task A_distributed_claim_is_fetched_with_its_token_and_verified()
    {
        var distributed = Idp.Token(Idp.Claims(c => c["groups"] = "from-afar"));
        await using var server = Loopback.Of(r => r.StartsWith("GET /groups ", StringComparison.Ordinal) ? ("200 OK", distributed)
            : IsKeys(r) ? (Json + "\r\nCache-Control: max-age=3600", Idp.Keys) : (Json, Discovery));
        using var authenticators = Over(server);
        var result = await AskAsync(authenticators, Idp.Token(WithSource()));
        Assert.Null(result.Error);
        Assert.Equal(["g:from-afar"], result.User!.Groups);
        Assert.Contains("Authorization: Bearer sesame\r\n", server.Requests.Single(r => r.StartsWith("GET /groups ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500 Oops", "x", "while getting distributed claim \"groups\": error while getting distributed claim JWT: 500 Oops")]
    [InlineData("200 OK", "x", "getting untrusted issuer from endpoint https://idp.example/groups failed for claim \"groups\": malformed token")]
    public async Task A_distributed_claim_that_cannot_be_had_is_an_error(string head, string body, string error)
    {
        await using var server = Loopback.Of(r => r.StartsWith("GET /groups ", StringComparison.Ordinal) ? (head, body)
            : IsKeys(r) ? (Json, Idp.Keys) : (Json, Discovery));
        using var authenticators = Over(server);
        Assert.Equal("oidc: could not expand distributed claims: " + error, (await AskAsync(authenticators, Idp.Token(WithSource()))).Error);
    }

    private static System.Text.Json.Nodes.JsonObject WithSource() => Idp.Claims(c =>
    {
        c.Remove("groups");
        c["_claim_names"] = new System.Text.Json.Nodes.JsonObject { ["groups"] = "s" };
        c["_claim_sources"] =
            System.Text.Json.Nodes.JsonNode.Parse($$$"""{"s":{"endpoint":"{{{Idp.Url}}}/groups","access_token":"sesame"}}""");
    });

    private static async Task Drip(string request, NetworkStream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancellation);
        while (true)
        {
            await stream.WriteAsync(new byte[1], cancellation);
            await Task.Delay(100, cancellation);
        }
    }

    private static async Task AssertFails(Loopback server, string error)
    {
        using var authenticators = Over(server, hurried: true);
        var watch = Stopwatch.StartNew();
        Assert.Equal(NotInitialized, (await AskAsync(authenticators, Idp.Token())).Error);
        Assert.Contains(error, Assert.Single(authenticators.HealthErrors), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    private static bool IsKeys(string request) => request.StartsWith("GET /keys ", StringComparison.Ordinal);

    private static JwtAuthenticators Over(Loopback server, Func<Issuer, Issuer>? change = null, bool hurried = false)
    {
        var jwt = Idp.Configuration.Jwt[0];
        var configuration =
            new AuthenticationConfiguration { Jwt = [jwt with { Issuer = change?.Invoke(jwt.Issuer) ?? jwt.Issuer }] };
        return Idp.Authenticators(configuration, o => o with
        {
            LocalKeySets = o.LocalKeySets.Clear(),
            Time = hurried ? new HurriedClock() : o.Time,
            HandlerFor = _ => new ToLoopback(new Uri(server.Url)),
        });
    }

    /// <summary>Takes the loopback server for the host of every URL.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2000", Justification = "owned by the outer handler")]
    private sealed class ToLoopback(Uri server) : DelegatingHandler(
        new SocketsHttpHandler { MaxResponseHeadersLength = 64, MaxAutomaticRedirections = 10 })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(server, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private static async Task<AuthenticationResult> AskAsync(JwtAuthenticators authenticators, string token) =>
        await authenticators.AuthenticateTokenAsync(token, AuthenticationContext.Default, TestContext.Current.CancellationToken);
}
