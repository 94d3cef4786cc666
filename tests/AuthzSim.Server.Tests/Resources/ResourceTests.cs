using System.Text.Json.Nodes;
using AuthzSim.Formats;
using AuthzSim.Rbac;

namespace AuthzSim.Server.Tests.Resources;

/// <summary>Objects by the verbs of the API, over HTTPS.</summary>
public sealed class ResourceTests
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private const string Roles = Rbac + "/namespaces/default/roles";
    private const string PodReader = """{"metadata":{"name":"pod-reader","labels":{"a":"b"}},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}""";
    private const string ForAlice = """{"metadata":{"name":"alice"},"subjects":[{"kind":"User","name":"alice"}],"roleRef":{"kind":"Role","name":"pod-reader"}}""";

    [Fact]
    public async Task A_role_is_created_read_changed_and_deleted()
    {
        await using var server = await RunningServer.StartAsync();

        var (created, role) = await server.PostAsync(Roles, PodReader);
        Assert.Equal(201, created);
        Assert.Equal("Role", (string?)role["kind"]);
        Assert.Equal("default", (string?)role["metadata"]!["namespace"]);
        Assert.NotNull(role["metadata"]!["uid"]);
        var version = (string)role["metadata"]!["resourceVersion"]!;
        Assert.Equal(409, (await server.PostAsync(Roles, PodReader)).Code);
        Assert.True(JsonNode.DeepEquals(role, (await server.GetAsync($"{Roles}/pod-reader")).Body));

        role["rules"]![0]!["verbs"]!.AsArray().Add("list");
        var (updated, changed) = await server.SendAsync(HttpMethod.Put, $"{Roles}/pod-reader", role.ToJsonString());
        Assert.Equal(200, updated);
        Assert.True(long.Parse((string)changed["metadata"]!["resourceVersion"]!) > long.Parse(version));
        Assert.Equal((string?)role["metadata"]!["uid"], (string?)changed["metadata"]!["uid"]);

        var (stale, conflict) = await server.SendAsync(HttpMethod.Put, $"{Roles}/pod-reader", role.ToJsonString());
        Assert.Equal(409, stale);
        Assert.Equal(
            "Operation cannot be fulfilled on roles.rbac.authorization.k8s.io \"pod-reader\": the object has been modified; please apply your changes to the latest version and try again",
            (string?)conflict["message"]);

        var (deleted, status) = await server.SendAsync(HttpMethod.Delete, $"{Roles}/pod-reader");
        Assert.Equal(200, deleted);
        Assert.Equal("Success", (string?)status["status"]);
        Assert.Equal("roles", (string?)status["details"]!["kind"]);
        Assert.Equal(404, (await server.GetAsync($"{Roles}/pod-reader")).Code);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_is_none()
    {
        await using var server = await RunningServer.StartAsync();
        var role = (await server.PostAsync(Roles, PodReader)).Body;

        var same = (await server.SendAsync(HttpMethod.Put, $"{Roles}/pod-reader", role.ToJsonString())).Body;

        Assert.Equal((string?)role["metadata"]!["resourceVersion"], (string?)same["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public async Task The_next_request_is_decided_by_what_was_written()
    {
        await using var server = await RunningServer.StartAsync();
        using var alice = server.NewClient("alice");
        async Task<int> Read() => (await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/pods/x", client: alice)).Code;

        Assert.Equal(403, await Read());
        await server.PostAsync(Roles, PodReader);
        await server.PostAsync(Rbac + "/namespaces/default/rolebindings", ForAlice);
        Assert.Equal(404, await Read());
        await server.SendAsync(HttpMethod.Delete, Rbac + "/namespaces/default/rolebindings/alice");
        Assert.Equal(403, await Read());
    }

    [Fact]
    public async Task Nobody_grants_what_they_do_not_hold()
    {
        var policy = DefaultPolicy.Kubernetes136 with
        {
            ClusterRoles = DefaultPolicy.Kubernetes136.ClusterRoles.Add(new ClusterRole
            {
                Metadata = new ObjectMeta { Name = "role-maker" },
                Rules = [new PolicyRule { Verbs = ["create"], ApiGroups = [RbacNames.Group], Resources = ["roles"] }],
            }),
            ClusterRoleBindings = DefaultPolicy.Kubernetes136.ClusterRoleBindings.Add(new ClusterRoleBinding
            {
                Metadata = new ObjectMeta { Name = "role-makers" },
                Subjects = [Subject.User("alice")],
                RoleRef = RoleRef.ClusterRole("role-maker"),
            }),
        };
        await using var server = await RunningServer.StartAsync(policy);
        using var alice = server.NewClient("alice");

        var (code, status) = await server.SendAsync(HttpMethod.Post, Roles, PodReader, client: alice);

        Assert.Equal(403, code);
        Assert.Equal(
            "roles.rbac.authorization.k8s.io \"pod-reader\" is forbidden: user \"alice\" (groups=[\"dev\" \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"get\"]}",
            (string?)status["message"]);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, role) = await server.PostAsync(Roles + "?dryRun=All", PodReader);
        Assert.Equal(201, code);
        Assert.Null(role["metadata"]!["resourceVersion"]);
        Assert.Equal(404, (await server.GetAsync($"{Roles}/pod-reader")).Code);
        await server.PostAsync(Roles, PodReader);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, $"{Roles}/pod-reader?dryRun=All")).Code);
        Assert.Equal(200, (await server.GetAsync($"{Roles}/pod-reader")).Code);
        Assert.Equal(422, (await server.PostAsync(Roles + "?dryRun=Some", PodReader)).Code);
    }

    [Fact]
    public async Task Unknown_fields_are_refused_warned_of_or_ignored()
    {
        await using var server = await RunningServer.StartAsync();
        const string Body = """{"metadata":{"generateName":"x-"},"rules":[],"frobnicate":1}""";

        var (strict, status) = await server.PostAsync(Roles + "?fieldValidation=Strict", Body);
        Assert.Equal(400, strict);
        Assert.Equal("Role in version \"v1\" cannot be handled as a Role: strict decoding error: unknown field \"frobnicate\"", (string?)status["message"]);

        using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        using var warned = await server.Client.PostAsync(new Uri(server.Address, Roles), content, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)warned.StatusCode);
        Assert.Contains("299 - \"unknown field \\\"frobnicate\\\"\"", warned.Headers.GetValues("Warning"));
        var name = (string)JsonNode.Parse(await warned.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["metadata"]!["name"]!;
        Assert.Matches("^x-[a-z0-9]{5}$", name);
    }

    [Fact]
    public async Task Pages_joined_are_the_whole_list()
    {
        await using var server = await RunningServer.StartAsync();
        const string Path = Rbac + "/clusterroles";
        var whole = (await server.GetAsync(Path)).Body;
        Assert.Equal("ClusterRoleList", (string?)whole["kind"]);
        List<string> names = [];
        var next = "";
        do
        {
            var page = (await server.GetAsync($"{Path}?limit=7&continue={next}")).Body;
            names.AddRange(page["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
            next = (string?)page["metadata"]!["continue"] ?? "";
            Assert.Equal((string?)whole["metadata"]!["resourceVersion"], (string?)page["metadata"]!["resourceVersion"]);

            // What is written meanwhile is no part of this list.
            await server.PostAsync(Path, $$"""{"metadata":{"name":"zz-{{names.Count}}"},"rules":[]}""");
        }
        while (next.Length > 0);

        Assert.Equal(whole["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!), names);
    }

    [Fact]
    public async Task Lists_select_by_labels_and_fields()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync(Roles, PodReader);
        async Task<int> Count(string query) => (await server.GetAsync($"{Rbac}/roles?{query}")).Body["items"]!.AsArray().Count;

        Assert.Equal(1, await Count("labelSelector=a%3Db"));
        Assert.Equal(0, await Count("labelSelector=a%3Dc"));
        Assert.Equal(1, await Count("fieldSelector=metadata.name%3Dpod-reader"));
        Assert.Equal(1, await Count("fieldSelector=metadata.namespace%3Ddefault"));
        Assert.Equal(400, (await server.GetAsync($"{Rbac}/roles?fieldSelector=spec.x%3Dy")).Code);
    }

    [Fact]
    public async Task An_aggregated_role_follows_its_parts_at_once()
    {
        await using var server = await RunningServer.StartAsync();
        const string Part = """{"metadata":{"name":"part","labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}},"rules":[{"verbs":["get"],"apiGroups":["x.io"],"resources":["things"]}]}""";
        async Task<bool> Has(string role) => (await server.GetAsync($"{Rbac}/clusterroles/{role}")).Body["rules"]!.ToJsonString().Contains("x.io", StringComparison.Ordinal);

        await server.PostAsync(Rbac + "/clusterroles", Part);
        Assert.True(await Has("view") && await Has("edit") && await Has("admin"));
        await server.SendAsync(HttpMethod.Delete, Rbac + "/clusterroles/part");
        Assert.False(await Has("view") || await Has("edit") || await Has("admin"));
    }

    [Fact]
    public async Task Namespaces_come_with_an_account_and_go_with_what_is_in_them()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, made) = await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"shop"}}""");
        Assert.Equal(201, code);
        Assert.Equal("Active", (string?)made["status"]!["phase"]);
        Assert.Equal("shop", (string?)made["metadata"]!["labels"]!["kubernetes.io/metadata.name"]);
        Assert.Equal(200, (await server.GetAsync("/api/v1/namespaces/shop/serviceaccounts/default")).Code);
        Assert.Equal(201, (await server.PostAsync(Rbac + "/namespaces/shop/roles", PodReader)).Code);

        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/shop")).Code);
        Assert.Equal(404, (await server.GetAsync("/api/v1/namespaces/shop")).Code);
        Assert.Equal(404, (await server.GetAsync(Rbac + "/namespaces/shop/roles/pod-reader")).Code);
        var (missing, status) = await server.PostAsync(Rbac + "/namespaces/shop/roles", PodReader);
        Assert.Equal(404, missing);
        Assert.Equal("namespaces \"shop\" not found", (string?)status["message"]);
    }

    [Fact]
    public async Task System_namespaces_stay()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, status) = await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/kube-system");

        Assert.Equal(403, code);
        Assert.Equal("namespaces \"kube-system\" is forbidden: this namespace may not be deleted", (string?)status["message"]);
        Assert.Equal(422, (await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"Not_A_Label"}}""")).Code);
    }

    [Fact]
    public async Task Finalizers_keep_an_object()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync(Roles, """{"metadata":{"name":"kept","finalizers":["x.io/f"]},"rules":[]}""");

        var (code, kept) = await server.SendAsync(HttpMethod.Delete, $"{Roles}/kept");
        Assert.Equal(200, code);
        Assert.NotNull(kept["metadata"]!["deletionTimestamp"]);
        kept["metadata"]!.AsObject().Remove("finalizers");
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Put, $"{Roles}/kept", kept.ToJsonString())).Code);
        Assert.Equal(404, (await server.GetAsync($"{Roles}/kept")).Code);
    }

    [Fact]
    public async Task Preconditions_hold_or_nothing_is_deleted()
    {
        await using var server = await RunningServer.StartAsync();
        var role = (await server.PostAsync(Roles, PodReader)).Body;
        Task<(int Code, JsonNode Body)> Delete(string uid) =>
            server.SendAsync(HttpMethod.Delete, $"{Roles}/pod-reader", $$$"""{"preconditions":{"uid":"{{{uid}}}"}}""");

        Assert.Equal(409, (await Delete("another")).Code);
        Assert.Equal(200, (await Delete((string)role["metadata"]!["uid"]!)).Code);
    }

    [Fact]
    public async Task Collections_are_deleted_by_selection()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync(Roles, PodReader);
        await server.PostAsync(Roles, """{"metadata":{"name":"other"},"rules":[]}""");

        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, Roles + "?labelSelector=a%3Db")).Code);

        Assert.Equal(404, (await server.GetAsync($"{Roles}/pod-reader")).Code);
        Assert.Equal(200, (await server.GetAsync($"{Roles}/other")).Code);
        Assert.Equal(405, (await server.SendAsync(HttpMethod.Delete, "/api/v1/namespaces")).Code);
    }

    [Theory]
    [InlineData("clusterroles", "Name,Created At")]
    [InlineData("clusterrolebindings", "Name,Role,Age,Users,Groups,ServiceAccounts")]
    public async Task Tables_have_the_columns_that_kubectl_shows(string resource, string columns)
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Rbac}/{resource}");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var table = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("Table", (string?)table["kind"]);
        Assert.Equal(columns, string.Join(',', table["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!)));
        var row = table["rows"]!.AsArray().First(r => (string?)r!["cells"]![0] == "cluster-admin")!;
        Assert.Equal("PartialObjectMetadata", (string?)row["object"]!["kind"]);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(404, (await server.GetAsync("/api/v1/pods")).Code);
        Assert.Equal(405, (await server.PostAsync(Rbac + "/roles", PodReader)).Code);
        Assert.Equal(404, (await server.GetAsync(Rbac + "/namespaces/default/clusterroles")).Code);
        Assert.Equal(400, (await server.PostAsync(Roles, "{")).Code);
        Assert.Equal(400, (await server.PostAsync(Roles, """{"kind":"Pod","apiVersion":"v1"}""")).Code);
    }
}
