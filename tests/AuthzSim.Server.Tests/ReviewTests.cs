namespace AuthzSim.Server.Tests;

/// <summary>Reviews over HTTPS, by hand; the recorded ones are in the conformance tests.</summary>
public sealed class ReviewTests
{
    private const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    [Fact]
    public async Task A_review_is_answered()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, body) = await server.PostAsync(
            Reviews, """{"spec":{"user":"x","groups":["system:masters"],"resourceAttributes":{"verb":"get","resource":"pods"}}}""");

        Assert.Equal(201, code);
        Assert.Equal("SubjectAccessReview", (string?)body["kind"]);
        Assert.True((bool)body["status"]!["allowed"]!);
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_so()
    {
        await using var server = await RunningServer.StartAsync();
        using var nobody = server.NewClient("nobody");
        using var stranger = server.NewClient("no-such-token");
        using var anonymous = server.NewClient(token: null);

        Assert.Equal(403, (await server.SendAsync(HttpMethod.Post, Reviews, "{}", client: nobody)).Code);
        Assert.Equal(401, (await server.SendAsync(HttpMethod.Post, Reviews, "{}", client: stranger)).Code);
        Assert.Equal(403, (await server.SendAsync(HttpMethod.Post, Reviews, "{}", client: anonymous)).Code);
    }

    [Fact]
    public async Task Discovery_is_served_in_both_forms()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal("APIGroupList", (string?)(await server.GetAsync("/apis")).Body["kind"]);
        Assert.Equal("1", (string?)(await server.GetAsync("/version")).Body["major"]);
        Assert.Equal(200, (await server.GetAsync("/readyz?verbose")).Code);
    }
}
