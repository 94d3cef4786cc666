using System.Text.Json.Nodes;
using AuthzSim.Server.Patching;
using static AuthzSim.Server.Tests.Patching.PatchGiven;

namespace AuthzSim.Server.Tests.Patching;

/// <summary>JSON patch, merge patch and strategic merge patch in upstream's words.</summary>
public sealed class PatchTests
{
    private const string Unprocessable = "the server rejected our request due to an error in our request";

    private const string Account =
        """
        {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"x","labels":{"a":"1"},"finalizers":["f1","f2"]},
         "secrets":[{"name":"s1","kind":"k"},{"name":"s2"}],"imagePullSecrets":[{"name":"p"}]}
        """;

    [Theory]
    [InlineData("""[{"op":"test","path":"/metadata/labels/a","value":"1"},{"op":"replace","path":"/metadata/labels/a","value":"2"}]""", "/metadata/labels", """{"a":"2"}""")]
    [InlineData("""[{"op":"replace","path":"/metadata/labels/b","value":"2"}]""", "/metadata/labels", """{"a":"1","b":"2"}""")]
    [InlineData("""[{"op":"move","from":"/metadata/labels/a","path":"/metadata/labels/c~1d"}]""", "/metadata/labels", """{"c/d":"1"}""")]
    [InlineData("""[{"op":"copy","from":"/secrets/0","path":"/secrets/-"}]""", "/secrets", """[{"name":"s1","kind":"k"},{"name":"s2"},{"name":"s1","kind":"k"}]""")]
    [InlineData("""[{"op":"add","path":"/metadata/finalizers/1","value":"f3"}]""", "/metadata/finalizers", """["f1","f3","f2"]""")]
    [InlineData("""[{"op":"remove","path":"/metadata/finalizers/-1"}]""", "/metadata/finalizers", """["f1"]""")]
    [InlineData("""[{"op":"test","path":"/metadata/nothing"},{"op":"add","path":"/metadata/finalizers","value":["x"],"value":["y"]}]""", "/metadata/finalizers", """["y"]""")]
    [InlineData("null", "/metadata/labels", """{"a":"1"}""")]
    public void A_json_patch_is_carried_out(string patch, string path, string expected) =>
        Same(JsonNode.Parse(expected), At(Patched(Patches.JsonPatch, Parse(Account), "ServiceAccount", patch), path));

    [Theory]
    [InlineData("""[{"op":"test","path":"/metadata/labels/a","value":"2"}]""", 422, Unprocessable)]
    [InlineData("""[{"op":"remove","path":"/metadata/labels/b"}]""", 422, Unprocessable)]
    [InlineData("""[{"op":"add","path":"/metadata/annotations/b","value":"1"}]""", 422, Unprocessable)]
    [InlineData("""[{"op":"add","path":"/secrets/3","value":{}}]""", 422, Unprocessable)]
    [InlineData("""[{"op":"spoil","path":"/secrets/3"}]""", 422, Unprocessable)]
    [InlineData("""[{"op":"add"}]""", 422, Unprocessable)]
    [InlineData("[null]", 422, Unprocessable)]
    [InlineData("""[{"op":1}]""", 400, "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string")]
    [InlineData("""{"op":"add"}""", 400, "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp")]
    [InlineData("[", 400, "invalid JSON patch")]
    [InlineData("""[{"op":"replace","path":"/metadata/name","value":"y"}]""", 400, "the name of the object (y) does not match the name on the URL (x)")]
    public void A_json_patch_that_does_not_apply_is_refused(string patch, int code, string message) =>
        Refused(Patches.JsonPatch, patch, code, message);

    [Fact]
    public void A_json_patch_has_ten_thousand_operations_at_most()
    {
        var test = """{"op":"test","path":"/kind","value":"ServiceAccount"}""";

        Patched(Patches.JsonPatch, Parse(Account), "ServiceAccount", $"[{string.Join(',', Enumerable.Repeat(test, 10_000))}]");
        Refused(
            Patches.JsonPatch, $"[{string.Join(',', Enumerable.Repeat(test, 10_001))}]", 413,
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001");
    }

    [Theory]
    [InlineData("""{"op":"copy","from":"/metadata","path":"/metadata/m"}""")]
    [InlineData("""{"op":"copy","from":"/secrets","path":"/secrets/-"}""")]
    public void A_json_patch_cannot_make_an_object_grow_without_end(string operation) =>
        Refused(Patches.JsonPatch, $"[{string.Join(',', Enumerable.Repeat(operation, 1000))}]", 422, Unprocessable);

    [Fact]
    public void A_json_patch_cannot_make_an_object_deep_step_by_step()
    {
        var steps = Enumerable.Range(1, 500).Select(i => Json(new JsonObject
        {
            ["op"] = "add",
            ["path"] = string.Concat(Enumerable.Repeat("/a", i)),
            ["value"] = new JsonObject(),
        }));

        Refused(Patches.JsonPatch, $"[{string.Join(',', steps)}]", 422, Unprocessable);
    }

    [Theory]
    [InlineData("""{"metadata":{"labels":{"a":null,"b":"2"},"finalizers":["f3"]}}""", """{"name":"x","labels":{"b":"2"},"finalizers":["f3"]}""")]
    [InlineData("""{"metadata":{"finalizers":null,"annotations":{"a":null}}}""", """{"name":"x","labels":{"a":"1"},"annotations":{}}""")]
    public void A_merge_patch_is_merged(string patch, string expected) =>
        Same(JsonNode.Parse(expected), Patched(Patches.MergePatch, Parse(Account), "ServiceAccount", patch)["metadata"]);

    [Theory]
    [InlineData("null", 400, "Invalid JSON Patch")]
    [InlineData("[]", 400, "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("{", 400, "invalid JSON patch")]
    public void What_is_no_merge_patch_is_refused(string patch, int code, string message) =>
        Refused(Patches.MergePatch, patch, code, message);

    [Theory]
    [InlineData("""{"metadata":{"finalizers":["f3","f1"]}}""", "/metadata/finalizers", """["f3","f1","f2"]""")]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList/finalizers":["f1"]}}""", "/metadata/finalizers", """["f2"]""")]
    [InlineData("""{"metadata":{"$setElementOrder/finalizers":["f2","f1"]}}""", "/metadata/finalizers", """["f2","f1"]""")]
    [InlineData("""{"metadata":{"labels":{"$patch":"replace","b":"2"}}}""", "/metadata/labels", """{"b":"2"}""")]
    [InlineData("""{"metadata":{"labels":{"$patch":"delete"}}}""", "/metadata/labels", "{}")]
    [InlineData("""{"metadata":{"labels":{"$retainKeys":["b"],"b":"2"}}}""", "/metadata/labels", """{"b":"2"}""")]
    [InlineData("""{"secrets":[{"name":"s2","kind":"z"}]}""", "/secrets", """[{"name":"s1","kind":"k"},{"name":"s2","kind":"z"}]""")]
    [InlineData("""{"secrets":[{"name":"s1","$patch":"delete"}]}""", "/secrets", """[{"name":"s2"}]""")]
    [InlineData("""{"secrets":[{"$patch":"replace"},{"name":"s3"}]}""", "/secrets", """[{"name":"s3"}]""")]
    [InlineData("""{"$setElementOrder/secrets":[{"name":"s2"},{"name":"s1"}],"secrets":[{"name":"s1","kind":null}]}""", "/secrets", """[{"name":"s2"},{"name":"s1"}]""")]
    [InlineData("""{"imagePullSecrets":[{"name":"q"}]}""", "/imagePullSecrets", """[{"name":"q"}]""")]
    [InlineData("""{"metadata":{"annotations":{"a":null,"b":"1"}}}""", "/metadata/annotations", """{"b":"1"}""")]
    public void A_strategic_merge_patch_is_merged(string patch, string path, string expected) =>
        Same(JsonNode.Parse(expected), At(Patched(Patches.StrategicMergePatch, Parse(Account), "ServiceAccount", patch), path));

    [Theory]
    [InlineData("""{"metadata":{"labels":{"$patch":"merge","b":"2"}}}""", 500, "unknown patch type: merge in map: map[$patch:merge b:2]")]
    [InlineData("""{"secrets":[{"kind":"z"}]}""", 500, "map: map[kind:z] does not contain declared merge key: name")]
    [InlineData("""{"secrets":[{"name":"s","$patch":"merge"}]}""", 500, "merging lists cannot yet be specified in the patch")]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList":["f1"]}}""", 400, "invalid patch format of primitive list")]
    [InlineData("""{"metadata":{"$setElementOrder":["f1"]}}""", 400, "invalid patch format of setElementOrder list")]
    [InlineData("""{"metadata":{"labels":{"$retainKeys":["a"],"b":"2"}}}""", 400, "invalid patch format of retainKeys")]
    [InlineData("""{"metadata":{"finalizers":[["f1"]]}}""", 500, "list element types are not identical: [[f1 f2] [[f1]]]")]
    [InlineData("""{"metadata":{"$setElementOrder/fin":["f1"]}}""", 500, "unable to find api field in struct ObjectMeta for the json field \"fin\"")]
    [InlineData("""{"metadata":{"$setElementOrder/finalizers":["f2","f1"],"finalizers":["f1","f2"]}}""", 500, "The order in patch list:\n[f1 f2]\n doesn't match $setElementOrder list:\n[f2 f1]\n")]
    [InlineData("[]", 400, "json: cannot unmarshal array into Go value of type map[string]interface {}")]
    public void A_strategic_merge_patch_that_is_not_understood_is_refused(string patch, int code, string message) =>
        Refused(Patches.StrategicMergePatch, patch, code, message);

    [Fact]
    public void Rules_are_replaced_whole()
    {
        var role = Parse("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"x"},"rules":[{"verbs":["get"]}]}""");

        var patched = Patched(Patches.StrategicMergePatch, role, "Role", """{"rules":[{"verbs":["list"]}]}""");

        Same(JsonNode.Parse("""[{"verbs":["list"]}]"""), patched["rules"]);
    }

    [Fact]
    public void Only_apply_creates()
    {
        var failure = Patch(Patches.MergePatch, null, "Role", "{}").Failure!;

        Assert.Equal((404, "roles.rbac.authorization.k8s.io \"x\" not found"), (failure.Code, failure.Message));
    }

    [Fact]
    public void An_object_that_becomes_a_list_is_refused() => Refused(
        Patches.JsonPatch, """[{"op":"replace","path":"","value":[1]}]""", 422,
        " \"\" is invalid: patch: Invalid value: \"[1]\": couldn't get version/kind; json parse error: json: cannot unmarshal array "
        + "into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }");

    private static void Refused(string mediaType, string patch, int code, string message)
    {
        var failure = Patch(mediaType, Parse(Account), "ServiceAccount", patch).Failure;

        Assert.Equal((code, message), (failure?.Code ?? 0, failure?.Message));
    }

    private static JsonNode? At(JsonNode value, string path) =>
        path.Split('/').Skip(1).Aggregate((JsonNode?)value, (node, name) => node?[name]);
}
