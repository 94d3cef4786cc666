using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Server.Patching;
using static AuthzSim.Server.Tests.Patching.PatchGiven;

namespace AuthzSim.Server.Tests.Patching;

/// <summary>Server-side apply in upstream's words.</summary>
public sealed class ApplyTests
{
    private const string Role = """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x"},"rules":[{"verbs":["get"]}]}""";

    private const string Binding =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: x, labels: {app: shop}, finalizers: [a/b]}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects: [{kind: User, name: ann}]
        """;

    [Fact]
    public void Managed_fields_have_upstreams_form()
    {
        var applied = Patch(Patches.ApplyYaml, null, "ClusterRoleBinding", Binding).Object!;

        Same(
            JsonNode.Parse("""
                [{"manager":"test","operation":"Apply","apiVersion":"rbac.authorization.k8s.io/v1","time":"2026-01-02T03:04:05Z",
                  "fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:finalizers":{"v:\"a/b\"":{}},"f:labels":{"f:app":{}}},
                  "f:roleRef":{},"f:subjects":{}}}]
                """),
            applied["metadata"]!["managedFields"]);
    }

    [Fact]
    public void Managed_fields_of_a_create_name_the_maps_too()
    {
        var created = Parse("""
            {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"x","uid":"1","labels":{"app":"shop"},
             "ownerReferences":[{"uid":"u","name":"o"}]},"secrets":[{"name":"s"}],"imagePullSecrets":[{"name":"p"}]}
            """);

        ManagedFields.RecordUpdate(null, created, "kubectl-create", Now);

        Same(
            JsonNode.Parse("""
                {"f:imagePullSecrets":{},"f:metadata":{"f:labels":{".":{},"f:app":{}},
                 "f:ownerReferences":{".":{},"k:{\"uid\":\"u\"}":{}}},"f:secrets":{".":{},"k:{\"name\":\"s\"}":{}}}
                """),
            FieldsV1.Encode(Entry(created, "kubectl-create")!.Fields));
    }

    [Fact]
    public void One_conflict_is_told()
    {
        var live = Parse(Role);
        ManagedFields.RecordUpdate(null, live, "kubectl-client-side-apply", Now);

        var failure = Apply(live, Parse(Role.Replace("get", "list", StringComparison.Ordinal)), "bob").Failure!;

        Assert.Equal(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using rbac.authorization.k8s.io/v1: .rules","reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl-client-side-apply\" using rbac.authorization.k8s.io/v1","field":".rules"}]},"code":409}""",
            failure.ToJson());
    }

    [Fact]
    public void Several_conflicts_are_told_by_manager()
    {
        var live = Patch(Patches.ApplyYaml, null, "ClusterRoleBinding", Binding).Object!;
        var updated = live.DeepClone().AsObject();
        updated["metadata"]!["labels"]!["app"] = "mart";
        ManagedFields.RecordUpdate(live, updated, "ed", Now);

        var failure = Patches.Apply(Request(Patches.ApplyYaml, updated, "ClusterRoleBinding", Encoding.UTF8.GetBytes(
            Binding.Replace("view", "edit", StringComparison.Ordinal).Replace("ann", "bob", StringComparison.Ordinal))) with
        { Manager = "late" }).Failure!;

        Assert.Equal(
            "Apply failed with 3 conflicts: conflicts with \"ed\" using rbac.authorization.k8s.io/v1:\n- .metadata.labels.app\n"
            + "conflicts with \"test\":\n- .roleRef\n- .subjects",
            failure.Message);
        Assert.Equal([".metadata.labels.app", ".roleRef", ".subjects"], failure.Details!.Causes.Select(c => c.Field));
    }

    [Fact]
    public void An_object_without_managers_had_one_before_the_first_apply()
    {
        var live = Parse(Role);

        var failure = Apply(live, Parse(Role.Replace("get", "list", StringComparison.Ordinal)), "bob").Failure!;

        Assert.Equal(
            "Apply failed with 1 conflict: conflict with \"before-first-apply\" using rbac.authorization.k8s.io/v1: .rules",
            failure.Message);
    }

    [Fact]
    public void Kubectl_takes_over_what_it_applied_from_the_client()
    {
        var live = Parse(Role);
        live["metadata"]!["annotations"] = new JsonObject { ["kubectl.kubernetes.io/last-applied-configuration"] = Role };
        ManagedFields.RecordUpdate(null, live, "kubectl-client-side-apply", Now);
        var configuration = Parse(Role.Replace("get", "list", StringComparison.Ordinal));

        var applied = Applied(live, configuration, "kubectl");

        Assert.Equal("list", (string?)applied["rules"]![0]!["verbs"]![0]);
        Assert.Equal(
            Json(configuration) + "\n", (string?)applied["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"]);
        Assert.Equal(409, Apply(live, configuration, "somebody").Failure!.Code);
    }

    [Theory]
    [InlineData("kind: Role", 400, "invalid object type: /, Kind=Role")]
    [InlineData("apiVersion: v1\nkind: Secret", 400, "invalid object type: /v1, Kind=Secret")]
    [InlineData("[]", 400, "error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("", 400, "invalid object type: /, Kind=")]
    [InlineData("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x, managedFields: []}}", 400, "metadata.managedFields must be nil")]
    [InlineData("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: other}}", 400, "the name of the object (other) does not match the name on the URL (x)")]
    [InlineData("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role}", 400, "the name of the object (x based on URL) was undeterminable: name must be provided")]
    [InlineData("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, rulez: []}", 500, "failed to create typed patch object (/x; rbac.authorization.k8s.io/v1, Kind=Role): .rulez: field not declared in schema")]
    [InlineData("{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x, uid: '1'}}", 409, "Operation cannot be fulfilled on roles.rbac.authorization.k8s.io \"x\": uid mismatch: the provided object specified uid 1, and no existing object was found")]
    public void What_is_no_configuration_is_refused(string body, int code, string message)
    {
        var failure = Patch(Patches.ApplyYaml, null, "Role", body).Failure!;

        Assert.Equal((code, message), (failure.Code, failure.Message));
    }

    [Fact]
    public void A_manager_is_required()
    {
        var failure = Apply(null, Parse(Role), "").Failure!;

        Assert.Equal(
            (422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"),
            (failure.Code, failure.Message));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{}]")]
    public void Managed_fields_can_be_reset(string sent)
    {
        var live = Applied(null, Parse(Role), "ann");

        var patched = Patched(Patches.MergePatch, live, "ClusterRole", "{\"metadata\":{\"managedFields\":" + sent + "}}");

        Same(Parse(Role), patched);
    }

    [Fact]
    public void The_same_value_is_shared()
    {
        var both = Applied(Applied(null, Parse(Role), "ann"), Parse(Role), "bob");

        Assert.Equal([".rules"], Entry(both, "ann")!.Fields.Select(f => $"{f}"));
        Assert.Equal([".rules"], Entry(both, "bob")!.Fields.Select(f => $"{f}"));
    }

    [Fact]
    public void The_oldest_of_many_managers_are_put_together()
    {
        var live = Applied(null, Parse(Role), "ann");
        for (var i = 0; i < 14; i++)
        {
            var next = live.DeepClone().AsObject();
            next["metadata"]!["labels"] = (next["metadata"]!["labels"]?.DeepClone() as JsonObject) ?? [];
            next["metadata"]!["labels"]![$"l{i}"] = "1";
            ManagedFields.RecordUpdate(live, next, $"m{i}", Now.AddMinutes(i));
            live = next;
        }

        Assert.Equal(1 + 10, live["metadata"]!["managedFields"]!.AsArray().Count);
        Assert.Equal(
            [".metadata.labels", .. Enumerable.Range(0, 5).Select(i => $".metadata.labels.l{i}")],
            Entry(live, "ancient-changes")!.Fields.Select(f => $"{f}").Order(StringComparer.Ordinal));
    }
}
