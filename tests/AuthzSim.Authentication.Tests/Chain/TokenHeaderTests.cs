using System.Text;
using AuthzSim.Authentication.Chain;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.Chain;

/// <summary>Tokens out of the Authorization header and out of websocket protocols.</summary>
public sealed class TokenHeaderTests
{
    private const string Prefix = "base64url.bearer.authorization.k8s.io.";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Bearer tok", "tok")]
    [InlineData("bEARER tok", "tok")]
    [InlineData("  Bearer tok  ", "tok")]
    [InlineData("Bearer tok junk more", "tok")]
    [InlineData("Bearer\ttok", null)]
    [InlineData("Bearer", null)]
    [InlineData("Bearer  tok", null)]
    [InlineData("Bearertok", null)]
    [InlineData("Basic tok", null)]
    [InlineData("tok", null)]
    [InlineData("", null)]
    public async Task The_bearer_token_is_the_second_word(string header, string? token)
    {
        var inner = Fixed.User("u");
        var result = await new BearerTokenAuthenticator(inner)
            .AuthenticateAsync(Sent.With(("authorization", header)), AuthenticationContext.Default, Cancel);
        Assert.Equal(token, inner.LastToken);
        Assert.Equal(token is null, result.IsNoOpinion);
        Assert.Equal(header == "Bearer  tok" ? 1 : 0, result.Warnings.Length);
    }

    [Fact]
    public async Task Nobody_knows_the_token_is_an_error_and_errors_stay()
    {
        var request = Sent.With(("Authorization", "Bearer t"));
        Assert.Equal("invalid bearer token", (await new BearerTokenAuthenticator(Fixed.Nothing()).AuthenticateAsync(request, AuthenticationContext.Default, Cancel)).Error);
        Assert.Equal("x", (await new BearerTokenAuthenticator(Fixed.Error("x")).AuthenticateAsync(request, AuthenticationContext.Default, Cancel)).Error);
    }

    [Theory]
    [InlineData("a," + Prefix + "dG9r", "tok", null, "a")]
    [InlineData(Prefix + "dG9r, a , b", "tok", null, "a,b")]
    [InlineData("a," + Prefix + "YR", "a", null, "a")]
    [InlineData("a", null, null, null)]
    [InlineData("a," + Prefix, null, null, null)]
    [InlineData(Prefix + "dG9r", null, "missing additional subprotocol", null)]
    [InlineData(Prefix + "dG9r," + Prefix + "dG9r,a", null, "multiple base64.bearer.authorization tokens specified", null)]
    [InlineData("a," + Prefix + "dG9r=", null, "invalid base64.bearer.authorization token encoding", null)]
    [InlineData("a," + Prefix + "d+9r", null, "invalid base64.bearer.authorization token encoding", null)]
    [InlineData("a," + Prefix + "_w", null, "invalid base64.bearer.authorization token", null)]
    public async Task The_websocket_token_is_one_of_the_protocols(string protocols, string? token, string? error, string? rest)
    {
        var inner = Fixed.User("u");
        var result = await new WebSocketProtocolAuthenticator(inner).AuthenticateAsync(
            Upgrade(protocols), AuthenticationContext.Default, Cancel);
        Assert.Equal(token, inner.LastToken);
        Assert.Equal(error, result.Error);
        Assert.Equal(rest, result.RemainingHeaders?.First("Sec-WebSocket-Protocol"));
    }

    [Fact]
    public async Task Without_an_upgrade_the_protocols_say_nothing()
    {
        var request =
            Sent.With(("Connection", "Upgrade"), ("Upgrade", "h2c"), ("Sec-WebSocket-Protocol", "a," + Prefix + "dG9r"));
        Assert.True((await new WebSocketProtocolAuthenticator(Fixed.User("u")).AuthenticateAsync(request, AuthenticationContext.Default, Cancel)).IsNoOpinion);
    }

    [Property]
    public void Whatever_stands_in_the_headers_nothing_is_thrown(string header, string other)
    {
        var pieces =
            Gen.Elements("Bearer", "Basic", " ", ",", Prefix, "dG9r", "=", "\u00ff", "\ud800", "\0", header ?? "", other ?? "");
        foreach (var value in pieces.ArrayOf().Select(p => string.Concat(p.Take(6))).Sample(20, 10))
        {
            var bearer = new BearerTokenAuthenticator(Fixed.Nothing()).AuthenticateAsync(
                Sent.With(("Authorization", value)), AuthenticationContext.Default, Cancel).AsTask().GetAwaiter().GetResult();
            var socket = new WebSocketProtocolAuthenticator(Fixed.Nothing()).AuthenticateAsync(
                Upgrade(value), AuthenticationContext.Default, Cancel).AsTask().GetAwaiter().GetResult();
            Assert.False(bearer.IsAuthenticated || socket.IsAuthenticated);
        }
    }

    [Property]
    public void Every_token_comes_through_the_websocket_as_it_is(FsCheck.NonEmptyString text)
    {
        var token = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get));
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(token)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var inner = Fixed.User("u");
        var result = new WebSocketProtocolAuthenticator(inner).AuthenticateAsync(
            Upgrade($"a,{Prefix}{encoded}"), AuthenticationContext.Default, Cancel).AsTask().GetAwaiter().GetResult();
        Assert.True(result.IsAuthenticated);
        Assert.Equal(token, inner.LastToken);
    }

    private static AuthenticationRequest Upgrade(string protocols) =>
        Sent.With(("connection", "keep-alive, UPGRADE"), ("upgrade", "WebSocket"), ("Sec-WebSocket-Protocol", protocols));
}
