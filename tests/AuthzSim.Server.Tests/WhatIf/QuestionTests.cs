using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Compiled;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck.Xunit;

namespace AuthzSim.Server.Tests.WhatIf;

/// <summary>Who can, why, and who may do what, asked over HTTP.</summary>
public sealed class QuestionTests
{
    [Fact]
    public async Task Who_can_names_binding_role_and_subject()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        var (code, all) = await server.GetAsync("/authzsim/v1/whocan?verb=get&resource=secrets");
        var (_, core) = await server.GetAsync("/authzsim/v1/whocan?verb=get&resource=secrets&group=");
        var (_, here) = await server.GetAsync("/authzsim/v1/whocan?verb=get&resource=secrets&namespace=nowhere");
        var (_, path) = await server.GetAsync("/authzsim/v1/whocan?verb=get&path=/metrics");

        var expected = WhoCanJson.Of(WhoCan.Find(Given.Shop, RequestAttributes.ForResource(new UserInfo(), "get", "secrets"), _ => true).Select(e => (e, (string?)null)));
        Assert.Equal(200, code);
        Assert.Equal(expected["items"]!.AsArray().Count, all["items"]!.AsArray().Count);
        Assert.True(JsonNode.DeepEquals(all, core));
        Assert.All(here["items"]!.AsArray(), i => Assert.Null(i!["namespace"]));
        Assert.True(here["items"]!.AsArray().Count < all["items"]!.AsArray().Count);
        Assert.Contains(path["items"]!.AsArray(), i => (string?)i!["role"]!["name"] == "system:monitoring");
    }

    [Fact]
    public async Task Explanations_are_the_policys()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        var (code, answer) = await server.GetAsync("/authzsim/v1/explain?verb=delete&resource=po&namespace=shop&user=ines&group=dev&group=ops");

        var expected = ExplanationJson.Of(Explanation.Of(
            Given.Shop, RequestAttributes.ForResource(UserInfo.Impersonated("ines", ["dev", "ops"]), "delete", "pods", @namespace: "shop")));
        Assert.Equal(200, code);
        Assert.Equal((bool)expected["allowed"]!, (bool)answer["allowed"]!);
        Assert.Equal(expected["paths"]!.AsArray().Count, answer["paths"]!.AsArray().Count);
        Assert.Equal(expected["nearMisses"]!.AsArray().Count, answer["nearMisses"]!.AsArray().Count);
        Assert.Equal(expected["smallestRule"]!.ToJsonString(), answer["smallestRule"]!.ToJsonString());
    }

    [Fact]
    public async Task A_matrix_has_the_rows_and_columns_asked_for()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        var (code, matrix) = await server.GetAsync("/authzsim/v1/matrix?subject=user:ines&subject=sa:shop/builder&resource=deployments,secrets&verb=get&namespace=shop");

        Assert.Equal(200, code);
        Assert.Equal(["ines", "builder"], matrix["subjects"]!.AsArray().Select(s => (string)s!["name"]!));
        Assert.Equal(["deployments", "secrets"], matrix["resources"]!.AsArray().Select(r => (string)r!["resource"]!));
        Assert.Equal("""["shop"]""", matrix["namespaces"]!.ToJsonString());
    }

    [Property(MaxTest = 2)]
    public async Task Lines_are_answered_in_order_and_as_the_policy_does(int seed)
    {
        var fleet = Given.Fleet(seed);
        var policy = ClusterRoleAggregation.Apply(fleet.ToPolicySet());
        var compiled = CompiledPolicy.Compile(policy);
        var requests = fleet.Requests(5000).ToList();
        await using var server = await RunningServer.StartAsync(policy);
        var body = new StringBuilder();
        foreach (var request in requests)
        {
            body.Append(Given.Review(request)["spec"]!.ToJsonString()).Append('\n');
        }

        body.Append("no review\n");
        var (code, text) = await server.SendAsync(HttpMethod.Post, "/authzsim/v1/eval", body.ToString(), "application/x-ndjson");

        // JSON Lines are no JSON, so they come as text.
        var lines = (text is JsonValue ? (string)text! : "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(200, code);
        Assert.Equal(requests.Count + 1, lines.Length);
        foreach (var (request, line) in requests.Zip(lines))
        {
            var isMaster = request.User.Groups.Contains(RbacNames.SystemMasters);
            Assert.Equal(isMaster || compiled.Check(request).IsAllowed, (bool)JsonNode.Parse(line)!["allowed"]!);
        }

        Assert.Equal(5001, (int)JsonNode.Parse(lines[^1])!["line"]!);
    }

    [Theory]
    [InlineData("whocan?resource=pods", "parameter verb: it is required")]
    [InlineData("whocan?verb=get", "parameter resource: it is required, or path")]
    [InlineData("whocan?verb=get&path=x", "parameter path: it must begin with /")]
    [InlineData("whocan?verb=get&path=/x&name=y", "parameter name: a path has none")]
    [InlineData("whocan?verb=get&verb=list&resource=pods", "parameter verb: it is given 2 times")]
    [InlineData("whocan?verb=get&resource=pods&group=&apiGroup=", "parameter group: it is the same as apiGroup")]
    [InlineData("explain?verb=get&resource=pods", "parameter user: it is required")]
    [InlineData("explain?verb=get&resource=pods&user=x&usr=y", "parameter usr: there is none of this name")]
    [InlineData("matrix?subject=team:x", "parameter subject: \"team:x\" is no subject")]
    [InlineData("matrix?includeDefaults=maybe", "parameter includeDefaults: expected true or false, not maybe")]
    public async Task What_is_wrong_is_named(string question, string message)
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        var (code, status) = await server.GetAsync("/authzsim/v1/" + question);

        Assert.Equal(400, code);
        Assert.StartsWith(message, (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_means_nothing_is_warned_of()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        using var response = await server.Client.GetAsync(new Uri("/authzsim/v1/whocan?verb=get&resource=podz", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("299 - \"the server doesn't have a resource type 'podz'\"", Assert.Single(response.Headers.GetValues("Warning")));
    }

    [Fact]
    public async Task The_document_describes_every_question()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, document) = await server.GetAsync("/authzsim/v1/openapi.json");

        Assert.Equal(200, code);
        Assert.StartsWith("3.0.", (string?)document["openapi"], StringComparison.Ordinal);
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            var method = operations!.AsObject().Single().Key;
            var (answered, _) = await server.SendAsync(method == "get" ? HttpMethod.Delete : HttpMethod.Get, path);
            Assert.Equal(405, answered);
        }

        var (_, root) = await server.GetAsync("/");
        Assert.Superset(document["paths"]!.AsObject().Select(p => p.Key).ToHashSet(), root["paths"]!.AsArray().Select(p => (string)p!).ToHashSet());
    }
}
