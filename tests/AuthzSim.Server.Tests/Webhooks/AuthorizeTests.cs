using AuthzSim.Compiled;
using AuthzSim.Rbac;
using FsCheck.Xunit;

namespace AuthzSim.Server.Tests.Webhooks;

/// <summary>The authorization webhook, as kube-apiserver calls it.</summary>
public sealed class AuthorizeTests
{
    [Fact]
    public async Task The_body_of_a_real_server_is_answered()
    {
        await using var server = await RunningServer.StartAsync();

        // As kube-apiserver v1.36 writes it: no empty members but those of metadata and status.
        var (code, body) = await server.PostAsync("/authorize?timeout=30s", """
            {"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{},"spec":{"resourceAttributes":{"namespace":"kube-system","verb":"list","version":"v1","resource":"pods","fieldSelector":{"requirements":[{"key":"spec.nodeName","operator":"In","values":["n1"]}]}},"user":"system:kube-scheduler","groups":["system:authenticated"]},"status":{"allowed":false}}
            """);

        Assert.Equal(200, code);
        Assert.Equal("authorization.k8s.io/v1", (string?)body["apiVersion"]);
        Assert.Equal("SubjectAccessReview", (string?)body["kind"]);
        Assert.True((bool)body["status"]!["allowed"]!);
        Assert.Null(body["status"]!["denied"]);
        Assert.StartsWith("RBAC: allowed by ClusterRoleBinding", (string?)body["status"]!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_older_version_is_answered_in_its_own_words()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, body) = await server.PostAsync("/authorize", """
            {"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1beta1","metadata":{"creationTimestamp":null},"spec":{"nonResourceAttributes":{"path":"/x","verb":"get"},"user":"jane","group":["g1","system:masters"],"groups":["g2"],"extra":{"group":["kept"]}},"status":{"allowed":false}}
            """);

        Assert.Equal(200, code);
        Assert.Equal("authorization.k8s.io/v1beta1", (string?)body["apiVersion"]);
        Assert.Equal("""["g1","system:masters"]""", body["spec"]!["group"]!.ToJsonString());
        Assert.Equal("""{"group":["kept"]}""", body["spec"]!["extra"]!.ToJsonString());
        Assert.Null(body["spec"]!["groups"]);
        Assert.True((bool)body["status"]!["allowed"]!);
    }

    [Property(MaxTest = 2)]
    public async Task Every_answer_is_that_of_the_policy(int seed)
    {
        var fleet = Given.Fleet(seed);
        var policy = fleet.ToPolicySet();
        var compiled = CompiledPolicy.Compile(ClusterRoleAggregation.Apply(policy));
        await using var server = await RunningServer.StartAsync(policy, o => o with { ReconcilesDefaultPolicy = false });

        foreach (var (i, request) in fleet.Requests(200).Index())
        {
            var (code, body) = await server.PostAsync("/authorize", Given.Review(request, isBeta: i % 2 == 1).ToJsonString());
            var expected = compiled.Authorize(request);

            Assert.Equal(200, code);
            Assert.Equal(expected.IsAllowed || request.User.Groups.Contains(RbacNames.SystemMasters), (bool)body["status"]!["allowed"]!);
            if (!request.User.Groups.Contains(RbacNames.SystemMasters))
            {
                Assert.Equal(expected.Reason, (string?)body["status"]!["reason"] ?? "");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing of the kind")]
    [InlineData("[]")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1"}""")]
    [InlineData("""{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v2","spec":{"user":"u"}}""")]
    [InlineData("""{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1beta1","spec":{"user":"\ud800"}}""")]
    [InlineData("""{"spec":{"user":7}}""")]
    public async Task What_is_no_review_is_refused(string body)
    {
        await using var server = await RunningServer.StartAsync();

        var (code, status) = await server.PostAsync("/authorize", body);

        Assert.Equal(400, code);
        Assert.Equal("Status", (string?)status["kind"]);
    }

    [Fact]
    public async Task A_review_that_asks_nothing_is_invalid()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(422, (await server.PostAsync("/authorize", "{}")).Code);
        Assert.Equal(405, (await server.GetAsync("/authorize")).Code);
    }

    [Fact]
    public async Task Who_asks_must_be_allowed_to()
    {
        await using var server = await RunningServer.StartAsync();
        using var nobody = server.NewClient("nobody");

        foreach (var path in new[] { "/authorize", "/authenticate", "/audit", "/authzsim/v1/divergences" })
        {
            var (code, body) = await server.SendAsync(HttpMethod.Post, path, "{}", client: nobody);
            Assert.Equal(403, code);
            Assert.Equal($"forbidden: User \"nobody\" cannot post path \"{path}\"", (string?)body["message"]);
        }
    }
}
