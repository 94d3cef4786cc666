using System.Text.Json.Nodes;

namespace AuthzSim.Server.Tests.WhatIf;

/// <summary>What a change would change, asked over HTTP.</summary>
public sealed class DiffTests
{
    private const string Path = "/authzsim/v1/diff";

    [Fact]
    public async Task The_answer_is_the_commands()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(System.IO.Path.Combine(Given.Root, "fixtures", "examples", "what-if", "expected", "diff.json"), TestContext.Current.CancellationToken))!;

        var (code, diff) = await server.SendAsync(HttpMethod.Post, Path, Given.ShopChange, "application/yaml");

        Assert.Equal(200, code);
        Assert.Equal("PolicyDiff", (string?)diff["kind"]);
        Assert.Equal(Whom(expected), Whom(diff));
        Assert.Equal("critical", (string?)diff["severity"]);
    }

    [Fact]
    public async Task Manifests_may_be_text_an_object_or_a_list()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        var binding = JsonNode.Parse("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"x"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"zoe"}]}""")!;
        string[] bodies =
        [
            binding.ToJsonString(),
            new JsonObject { ["apply"] = binding.ToJsonString() }.ToJsonString(),
            new JsonObject { ["apply"] = binding.DeepClone() }.ToJsonString(),
            new JsonObject { ["apply"] = new JsonArray(binding.DeepClone()) }.ToJsonString(),
        ];

        foreach (var body in bodies)
        {
            var (code, diff) = await server.PostAsync(Path, body);
            Assert.Equal(200, code);
            Assert.Equal("zoe", (string?)diff["subjects"]![0]!["subjects"]![0]!["name"]);
        }
    }

    [Fact]
    public async Task Objects_may_go()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        var (code, diff) = await server.PostAsync(Path, """{"delete":["rolebinding/shop/deploys"]}""");
        var (missing, status) = await server.PostAsync(Path, """{"delete":["clusterrolebinding/nothing"]}""");

        Assert.Equal(200, code);
        Assert.True((bool)diff["effect"]!);
        Assert.Equal("delete RoleBinding shop/deploys", (string?)diff["after"]);
        Assert.Equal(400, missing);
        Assert.Contains("nothing to delete: ClusterRoleBinding nothing", (string?)status["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("markdown", "critical")]
    [InlineData("text", "CRITICAL User nadia")]
    [InlineData("html", "<!DOCTYPE html>")]
    public async Task The_answer_has_several_forms(string output, string part)
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        var (code, text) = await server.PostAsync($"{Path}?output={output}", Given.ShopChange);

        Assert.Equal(200, code);
        Assert.Contains(part, (string)text!, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("", "", "body: it is empty")]
    [InlineData("?output=pdf", "{}", "parameter output: expected json, markdown, text or html, not pdf")]
    [InlineData("?ouput=json", "{}", "parameter ouput: there is none of this name")]
    [InlineData("", "{}", "body: it asks for no edit")]
    [InlineData("", """{"delete":"x"}""", "delete: a list is needed")]
    [InlineData("", """{"delete":["pod/x"]}""", "delete[0]: expected TYPE/NAME")]
    [InlineData("", """{"apply":7}""", "apply: manifests are needed")]
    [InlineData("", """{"apply":"\ud800"}""", "body: ")]
    [InlineData("", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: x\nrules:\n- verbs: 7\n", "line 6, column ")]
    [InlineData("", "a: [", "line ")]
    public async Task What_is_wrong_is_named(string query, string body, string message)
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);

        var (code, status) = await server.PostAsync(Path + query, body);

        Assert.Equal(400, code);
        Assert.Equal("Status", (string?)status["kind"]);
        Assert.StartsWith(message, (string?)status["message"], StringComparison.Ordinal);
    }

    private static IEnumerable<string> Whom(JsonNode diff) =>
        diff["subjects"]!.AsArray().Select(c => $"{c!["severity"]} {c["subjects"]!.ToJsonString()} {c["gained"]?.ToJsonString()} {c["lost"]?.ToJsonString()}");
}
