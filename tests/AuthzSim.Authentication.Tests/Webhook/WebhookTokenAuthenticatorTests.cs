using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Webhook;

namespace AuthzSim.Authentication.Tests.Webhook;

public sealed class WebhookTokenAuthenticatorTests
{
    private const string Jane =
        """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","status":{"authenticated":true,"user":{"username":"jane","uid":"7","groups":["g","g"],"extra":{"K/x":["v"]}},"error":"ignored"}}""";

    [Fact]
    public async Task The_review_is_posted_to_the_exact_url_with_token_audiences_and_credentials()
    {
        await using var server = Loopback.Of(_ => ("200 OK\r\nContent-Type: application/json", Jane));
        using var webhook = Of(server, token: "server-token");
        await webhook.AuthenticateTokenAsync("the-token", Wanting("a", "b"), TestContext.Current.CancellationToken);
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /hook?x=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer server-token\r\n", request, StringComparison.Ordinal);
        var body = JsonDocument.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;
        Assert.Equal("authentication.k8s.io/v1", body.GetProperty("apiVersion").GetString());
        Assert.Equal("TokenReview", body.GetProperty("kind").GetString());
        Assert.Equal("""{"token":"the-token","audiences":["a","b"]}""", body.GetProperty("spec").GetRawText());
    }

    [Fact]
    public async Task The_user_is_copied_as_it_is()
    {
        await using var server = Loopback.Of(_ => ("201 Created", Jane));
        using var webhook = Of(server);
        var result =
            await webhook.AuthenticateTokenAsync("t", AuthenticationContext.Default, TestContext.Current.CancellationToken);
        Assert.Null(result.Error);
        Assert.Equal(("jane", "7"), (result.User!.Name, result.User.Uid));
        Assert.Equal(["g", "g"], result.User.Groups);
        Assert.Equal("v", Assert.Single(result.User.Extra["K/x"]));
        Assert.Empty(result.Audiences);
    }

    [Theory]
    [InlineData("""{"status":{"authenticated":false}}""", null)]
    [InlineData("""{"status":{"authenticated":false,"error":"not mine"}}""", "not mine")]
    [InlineData("""{"status":{"authenticated":"yes"}}""", "json: cannot unmarshal string into Go struct field TokenReviewStatus.status.authenticated of type bool")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","status":{"authenticated":true}}""", "no kind \"Pod\" is registered for version \"v1\"")]
    [InlineData("[]", "couldn't get version/kind; json parse error: the answer is no JSON object")]
    public async Task Without_a_user_there_is_no_opinion_or_the_services_error(string answer, string? error)
    {
        await using var server = Loopback.Of(_ => ("200 OK", answer));
        using var webhook = Of(server);
        var result =
            await webhook.AuthenticateTokenAsync("t", AuthenticationContext.Default, TestContext.Current.CancellationToken);
        Assert.False(result.IsAuthenticated);
        Assert.Equal(error, result.Error);
    }

    [Theory]
    [InlineData(new[] { "a", "b" }, new[] { "b", "x", "a" }, new[] { "b", "a" })]
    [InlineData(new[] { "api" }, new string[0], new[] { "api" })]
    [InlineData(new[] { "a" }, new[] { "x" }, null)]
    [InlineData(new[] { "a" }, new string[0], null)]
    public async Task Audiences_are_those_of_the_answer_that_were_asked_for(
        string[] wanted, string[] answered, string[]? expected)
    {
        var audiences = string.Join(",", answered.Select(a => $"\"{a}\""));
        await using var server = Loopback.Of(
            _ => ("200 OK", Jane.Replace("\"error\"", $"\"audiences\":[{audiences}],\"error\"", StringComparison.Ordinal)));
        using var webhook = Of(server);
        var result = await webhook.AuthenticateTokenAsync("t", Wanting(wanted), TestContext.Current.CancellationToken);
        Assert.Equal(expected is null, result.IsNoOpinion);
        Assert.Equal(expected ?? [], result.Audiences);
    }

    [Theory]
    [InlineData("500 Internal Server Error", 5)]
    [InlineData("429 Too Many Requests", 5)]
    [InlineData("504 Gateway Timeout", 5)]
    [InlineData("503 Service Unavailable\r\nRetry-After: 1", 5)]
    [InlineData("404 Not Found", 1)]
    [InlineData("503 Service Unavailable", 1)]
    public async Task What_may_pass_is_tried_five_times(string head, int attempts)
    {
        await using var server = Loopback.Of(_ => (head, "no"));
        using var webhook = Of(server, time: new HurriedClock());
        var result =
            await webhook.AuthenticateTokenAsync("t", AuthenticationContext.Default, TestContext.Current.CancellationToken);
        Assert.NotNull(result.Error);
        Assert.Equal(attempts, server.Requests.Count);
    }

    [Fact]
    public async Task A_later_attempt_may_succeed()
    {
        var count = 0;
        await using var server = Loopback.Of(_ => Interlocked.Increment(ref count) < 3 ? ("500 Oops", "x") : ("200 OK", Jane));
        using var webhook = Of(server, time: new HurriedClock());
        var result =
            await webhook.AuthenticateTokenAsync("t", AuthenticationContext.Default, TestContext.Current.CancellationToken);
        Assert.Equal("jane", result.User?.Name);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using var server = Loopback.Raw(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancellation);
            while (true)
            {
                await stream.WriteAsync(new byte[1 << 16], cancellation);
            }
        });
        using var webhook = Of(server);
        var watch = Stopwatch.StartNew();
        var result =
            await webhook.AuthenticateTokenAsync("t", AuthenticationContext.Default, TestContext.Current.CancellationToken);
        Assert.Equal("the webhook answered with more than 1048576 bytes", result.Error);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_slow_server_is_given_up_and_the_token_is_not_told()
    {
        await using var server = Loopback.Raw((_, _, cancellation) => Task.Delay(Timeout.Infinite, cancellation));
        using var webhook = Of(server, time: new HurriedClock());
        var result = await webhook.AuthenticateTokenAsync(
            "secret-token", AuthenticationContext.Default, TestContext.Current.CancellationToken);
        Assert.Contains("context deadline exceeded", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_versions_are_refused() => Assert.Equal(
        "unsupported authentication webhook version \"v2\", supported versions are \"v1\", \"v1beta1\"",
        Assert.Throws<AuthenticationConfigurationException>(
            () => new WebhookTokenAuthenticator(new WebhookConfig { Server = "https://x" }, "v2", [], TimeProvider.System)).Message);

    [Fact]
    public void A_kubeconfig_gives_cluster_and_user_of_the_current_context()
    {
        var config = WebhookConfigReader.Read(
            """
            apiVersion: v1
            kind: Config
            current-context: webhook
            clusters:
            - name: other
              cluster: {server: https://other}
            - name: remote
              cluster: {server: 'https://authn.example/review', certificate-authority: ca.pem, tls-server-name: name}
            users:
            - name: api
              user: {tokenFile: token.txt, client-key-data: a2V5, client-certificate-data: Y2VydA==}
            contexts:
            - name: webhook
              context: {cluster: remote, user: api}
            """u8.ToArray(),
            path => path == "ca.pem" ? "the ca" : " from file\n");
        Assert.Equal(
            ("https://authn.example/review", "the ca", "name", "from file", "cert", "key"),
            (config.Server, config.CertificateAuthority, config.TlsServerName, config.Token, config.ClientCertificate, config.ClientKey));
    }

    [Theory]
    [InlineData("users: [{name: u, user: {exec: {command: x}}}]\ncontexts: [{name: c, context: {user: u}}]\ncurrent-context: c", "exec")]
    [InlineData("current-context: nobody", "context \"nobody\" does not exist")]
    [InlineData("{}", "no server found")]
    [InlineData("a: [", "yaml: line")]
    public void What_is_no_usable_kubeconfig_is_refused(string text, string part) => Assert.Contains(
        part,
        Assert.Throws<AuthenticationConfigurationException>(() => WebhookConfigReader.Read(Encoding.UTF8.GetBytes(text), _ => "")).Message,
        StringComparison.Ordinal);

    private static WebhookTokenAuthenticator Of(Loopback server, string token = "", TimeProvider? time = null) =>
        new(new WebhookConfig { Server = server.Url + "/hook?x=1", Token = token }, "v1", ["api"], time ?? TimeProvider.System);

    private static AuthenticationContext Wanting(params string[] audiences) => new() { Audiences = [.. audiences] };
}
