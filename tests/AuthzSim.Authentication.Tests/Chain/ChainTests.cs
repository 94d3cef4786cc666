using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.FrontProxy;
using AuthzSim.Requests;
using Microsoft.Extensions.Time.Testing;

namespace AuthzSim.Authentication.Tests.Chain;

/// <summary>The whole chain in the server's order, and the filter around it.</summary>
public sealed class ChainTests
{
    private static readonly AuthenticationRequest _bearer =
        Sent.With(("Authorization", "Bearer t"), ("X-Remote-Extra-a", "1"), ("X-Mine", "m"), ("Kept", "k"));
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_are_asked_in_the_servers_order()
    {
        var trace = new AuthenticationTrace();
        var chain = new AuthenticatorChain
        {
            Basic = new Fixed("basic", AuthenticationResult.NoOpinion),
            ClientCertificate = new Fixed("x509", AuthenticationResult.NoOpinion),
            TokenFile = new Fixed("file", AuthenticationResult.NoOpinion),
            LegacyServiceAccount = new Fixed("legacy", AuthenticationResult.NoOpinion),
            ServiceAccount = new Fixed("bound", AuthenticationResult.NoOpinion),
            Bootstrap = new Fixed("bootstrap", AuthenticationResult.NoOpinion),
            JwtIssuers = [new Fixed("issuer", AuthenticationResult.NoOpinion)],
            Webhook = new Fixed("webhook", AuthenticationResult.NoOpinion),
            Anonymous = new AnonymousAuthenticator(),
        };
        await chain.Build().AuthenticateAsync(_bearer, trace, Cancel);
        Assert.Equal(
            ["basic", "x509", "file", "legacy", "bound", "bootstrap", "issuer", "JWT", "webhook", "bearer token", "websocket protocol"],
            trace.Steps.Select(s => s.Authenticator));
        Assert.Equal("invalid bearer token", trace.Steps[^2].Result.Error);
    }

    [Fact]
    public async Task Anonymous_comes_last_and_only_when_nobody_found_fault()
    {
        var trace = new AuthenticationTrace();
        var chain = new AuthenticatorChain { Anonymous = new AnonymousAuthenticator(), ApiAudiences = ["a"] }.Build();
        var answer = await chain.AuthenticateAsync(new AuthenticationRequest(), trace, Cancel);
        Assert.Equal(UserInfo.Of("system:anonymous", "system:unauthenticated"), answer.User);
        Assert.Equal(["bearer token", "websocket protocol", "anonymous"], trace.Steps.Select(s => s.Authenticator));
        Assert.Equal(401, (await chain.AuthenticateAsync(_bearer, null, Cancel)).Failure!.Code);
    }

    [Theory]
    [InlineData("/healthz", true)]
    [InlineData("/healthz/", false)]
    [InlineData("/HEALTHZ", false)]
    [InlineData("/", false)]
    public async Task Anonymous_with_conditions_wants_the_very_path(string path, bool isLetIn)
    {
        var chain = new AuthenticatorChain { Anonymous = new AnonymousAuthenticator(["/healthz", "/livez"]) }.Build();
        var answer = await chain.AuthenticateAsync(new AuthenticationRequest { Path = path }, null, Cancel);
        Assert.Equal(isLetIn, answer.User is not null);
        Assert.Equal(isLetIn ? null : 401, answer.Failure?.Code);
    }

    [Fact]
    public async Task Without_any_authenticator_requests_pass_without_a_user()
    {
        var answer = await new AuthenticatorChain { JwtIssuers = default }.Build().AuthenticateAsync(_bearer, null, Cancel);
        Assert.True(answer is { IsDisabled: true, User: null, Failure: null });
    }

    [Theory]
    [InlineData("u", new string[0], new[] { "system:authenticated" })]
    [InlineData("u", new[] { "g", "g" }, new[] { "g", "g", "system:authenticated" })]
    [InlineData("u", new[] { "system:authenticated", "g" }, new[] { "system:authenticated", "g" })]
    [InlineData("u", new[] { "system:unauthenticated" }, new[] { "system:unauthenticated" })]
    [InlineData("system:anonymous", new[] { "g" }, new[] { "g" })]
    public async Task Everybody_authenticated_is_in_the_group_of_the_authenticated(
        string name, string[] groups, string[] expected)
    {
        var chain = new AuthenticatorChain { ClientCertificate = Fixed.User(name, groups) }.Build();
        Assert.Equal(expected, (await chain.AuthenticateAsync(new AuthenticationRequest(), null, Cancel)).User!.Groups);
    }

    [Fact]
    public async Task On_success_credentials_leave_the_headers_and_on_failure_all_stay()
    {
        var proxy = new RequestHeaderAuthenticator(
            new RequestHeaderOptions { UsernameHeaders = ["x-mine"] }, new FixedVerifier(null, "cn"), TimeProvider.System);
        var chain = new AuthenticatorChain { FrontProxy = proxy, TokenFile = Fixed.User("u") }.Build();
        Assert.Equal([new("Kept", "k")], (await chain.AuthenticateAsync(_bearer, null, Cancel)).Headers.Fields);
        var failed = await new AuthenticatorChain { FrontProxy = proxy }.Build().AuthenticateAsync(_bearer, null, Cancel);
        Assert.Equal(_bearer.Headers, failed.Headers);
        Assert.Equal("invalid bearer token", failed.Error);
        Assert.DoesNotContain("bearer", failed.Failure!.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_of_requests_and_tokens_stand_in_one_list()
    {
        var chain = new AuthenticatorChain { ClientCertificate = Fixed.Error("m1"), TokenFile = Fixed.Error("m2"), ServiceAccount = Fixed.Error("m3") };
        var answer = await chain.Build().AuthenticateAsync(_bearer, null, Cancel);
        Assert.Equal("[m1, m2, m3]", answer.Error);
    }

    [Fact]
    public async Task Audiences_are_vouched_for_or_must_match()
    {
        var audiences = new AuthenticatorChain { ApiAudiences = ["api", "b"] };
        Assert.NotNull(
            (await (audiences with { TokenFile = Fixed.User("u") }).Build().AuthenticateAsync(_bearer, null, Cancel)).User);
        var other = new Fixed("sa", AuthenticationResult.Of(UserInfo.Of("u"), ["c"]));
        var rejected = await (audiences with { ServiceAccount = other }).Build().AuthenticateAsync(_bearer, null, Cancel);
        Assert.Equal((401, "unable to match the audience: [c] , accepted: [api b]"), (rejected.Failure!.Code, rejected.Error));
        var liar = await (audiences with { TokenFile = other }).Build().AuthenticateAsync(_bearer, null, Cancel);
        Assert.Equal("audience agnostic authenticator wrapped an authenticator that returned audiences: [\"c\"]", liar.Error);
    }

    [Fact]
    public async Task The_agnostic_wrapper_intersects_in_the_order_asked_for()
    {
        var inner = Fixed.User("u");
        var wrapper = new AudienceAgnosticTokenAuthenticator(inner, ["a", "b", "c"]);
        var result = await wrapper.AuthenticateTokenAsync("t", new AuthenticationContext { Audiences = ["c", "x", "a"] }, Cancel);
        Assert.Equal(["c", "a"], result.Audiences);
        Assert.True(
            (await wrapper.AuthenticateTokenAsync("t", new AuthenticationContext { Audiences = ["x"] }, Cancel)).IsNoOpinion);
        Assert.Equal(1, inner.Calls);
        Assert.Empty((await wrapper.AuthenticateTokenAsync("t", AuthenticationContext.Default, Cancel)).Audiences);
    }

    [Fact]
    public async Task A_token_is_remembered_for_ten_seconds_and_a_failure_never()
    {
        var time = new FakeTimeProvider();
        var (good, bad) = (Fixed.User("u"), Fixed.Error("x"));
        var chain = new AuthenticatorChain { TokenFile = good, Time = time }.Build();
        var failing = new AuthenticatorChain { TokenFile = bad, Time = time }.Build();
        foreach (var (seconds, calls) in new[] { (0, 1), (9.999, 1), (0.001, 2), (0, 2) })
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.NotNull((await chain.AuthenticateAsync(_bearer, null, Cancel)).User);
            Assert.Equal(calls, good.Calls);
            await failing.AuthenticateAsync(_bearer, null, Cancel);
        }

        Assert.Equal(4, bad.Calls);
    }

    [Fact]
    public async Task Audiences_in_another_order_are_another_question()
    {
        var inner = Fixed.User("u");
        var cache = new CachedTokenAuthenticator(inner, new FakeTimeProvider(), TimeSpan.FromSeconds(10));
        string[][] questions = [["a", "b"], ["b", "a"], ["a", "b"], ["ab"], []];
        foreach (var audiences in questions)
        {
            await cache.AuthenticateTokenAsync("t", new AuthenticationContext { Audiences = [.. audiences] }, Cancel);
        }

        Assert.Equal(4, inner.Calls);
    }

    [Fact]
    public async Task Equal_questions_that_meet_share_one_look_up_which_outlives_its_first_caller()
    {
        var inner = new Waiting();
        var cache = new CachedTokenAuthenticator(inner, new FakeTimeProvider(), TimeSpan.FromSeconds(10));
        using var impatient = new CancellationTokenSource();
        var first = cache.AuthenticateTokenAsync("t", AuthenticationContext.Default, impatient.Token).AsTask();
        var second = cache.AuthenticateTokenAsync("t", AuthenticationContext.Default, Cancel).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        inner.Answer.SetResult(AuthenticationResult.Of(UserInfo.Of("u")));
        Assert.Equal("u", (await second).User!.Name);
        Assert.Equal(1, inner.Calls);
    }

    [Fact]
    public async Task A_look_up_is_given_up_after_thirty_seconds()
    {
        var time = new FakeTimeProvider();
        var inner = new Waiting();
        var asked = new CachedTokenAuthenticator(inner, time, TimeSpan.FromSeconds(10))
            .AuthenticateTokenAsync("t", AuthenticationContext.Default, Cancel).AsTask();
        await inner.Started.Task.WaitAsync(Cancel);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("context deadline exceeded", (await asked.WaitAsync(Cancel)).Error);
    }

    private sealed class Waiting : ITokenAuthenticator
    {
        public TaskCompletionSource<AuthenticationResult> Answer { get; } = new();

        public TaskCompletionSource Started { get; } = new();

        public int Calls { get; private set; }

        public string Name => "waiting";

        public async ValueTask<AuthenticationResult> AuthenticateTokenAsync(
            string token, AuthenticationContext context, CancellationToken cancellationToken = default)
        {
            Calls++;
            Started.TrySetResult();
            return await Answer.Task.WaitAsync(cancellationToken);
        }
    }
}
