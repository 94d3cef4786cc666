using System.Text.Json.Nodes;

namespace AuthzSim.Server.Tests.Webhooks;

/// <summary>TokenReviews as a resource and as the authentication webhook of another server.</summary>
public sealed class TokenReviewTests
{
    private const string Resource = "/apis/authentication.k8s.io/v1/tokenreviews";

    [Theory]
    [InlineData(Resource, "v1", 201)]
    [InlineData("/authenticate?timeout=30s", "v1", 200)]
    [InlineData("/authenticate", "v1beta1", 200)]
    public async Task A_known_token_stands_for_its_user(string path, string version, int expectedCode)
    {
        await using var server = await RunningServer.StartAsync();

        var (code, body) = await server.PostAsync(path, Review(version, "alice"));

        Assert.Equal(expectedCode, code);
        Assert.Equal($$$$"""
            {"kind":"TokenReview","apiVersion":"authentication.k8s.io/{{{{version}}}}","metadata":{},"spec":{"token":"alice"},"status":{"authenticated":true,"user":{"username":"alice","uid":"2","groups":["dev","system:authenticated"]}}}
            """, body.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_token_stands_for_nobody()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, body) = await server.PostAsync("/authenticate", Review("v1", "made-up"));

        Assert.Equal(200, code);
        Assert.Null(body["status"]!["authenticated"]);
        Assert.Equal("{}", body["status"]!["user"]!.ToJsonString());
        Assert.Contains("invalid bearer token", (string?)body["status"]!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_must_be_for_an_audience_that_was_asked_for()
    {
        await using var server = await RunningServer.StartAsync(apiServer: o => o with { ApiAudiences = ["https://one", "https://two"] });

        var (_, own) = await server.PostAsync(Resource, """{"spec":{"token":"alice"}}""");
        var (_, good) = await server.PostAsync(Resource, """{"spec":{"token":"alice","audiences":["https://two","elsewhere"]}}""");
        var (_, bad) = await server.PostAsync(Resource, """{"spec":{"token":"alice","audiences":["elsewhere"]}}""");

        Assert.Equal("""["https://one","https://two"]""", own["status"]!["audiences"]!.ToJsonString());
        Assert.Equal("""["https://two"]""", good["status"]!["audiences"]!.ToJsonString());
        Assert.Null(bad["status"]!["authenticated"]);
        Assert.Null(bad["status"]!["audiences"]);
    }

    [Theory]
    [InlineData("{}", "token is required for TokenReview in authentication")]
    [InlineData("""{"spec":{"token":1}}""", "TokenReview in version \"v1\" cannot be handled as a TokenReview: json: cannot unmarshal number into Go struct field TokenReviewSpec.spec.token of type string")]
    [InlineData("""{"spec":{"token":"\ud800"}}""", null)]
    [InlineData("""{"spec":{"token":"x","audiences":{}}}""", null)]
    [InlineData("[1", null)]
    [InlineData("""{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1alpha1"}""", null)]
    public async Task What_is_no_review_is_refused(string body, string? message)
    {
        await using var server = await RunningServer.StartAsync();

        foreach (var path in new[] { Resource, "/authenticate" })
        {
            var (code, status) = await server.PostAsync(path, body);
            Assert.Equal(400, code);
            Assert.Equal(message ?? (string?)status["message"], (string?)status["message"]);
        }
    }

    private static string Review(string version, string token) => new JsonObject
    {
        ["kind"] = "TokenReview",
        ["apiVersion"] = $"authentication.k8s.io/{version}",
        ["metadata"] = new JsonObject { ["creationTimestamp"] = null },
        ["spec"] = new JsonObject { ["token"] = token },
        ["status"] = new JsonObject { ["user"] = new JsonObject() },
    }.ToJsonString();
}
