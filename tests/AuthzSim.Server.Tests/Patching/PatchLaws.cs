using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Server.Patching;
using FsCheck.Xunit;
using static AuthzSim.Server.Tests.Patching.PatchGiven;

namespace AuthzSim.Server.Tests.Patching;

/// <summary>What holds for patches of any objects.</summary>
public sealed class PatchLaws
{
    private static readonly string[] _mediaTypes =
        [Patches.JsonPatch, Patches.MergePatch, Patches.StrategicMergePatch, Patches.ApplyYaml, "text/plain"];

    [Property]
    public void A_merge_patch_of_two_objects_turns_one_into_the_other(int kind, int[] a, int[] b)
    {
        var (from, to) = (Object(Kind(kind), a), Object(Kind(kind), b));

        Same(to, Patched(Patches.MergePatch, from, Kind(kind), Json(Difference(from, to))));
    }

    [Property]
    public void Strategic_merge_patch_replaces_what_it_is_told_to(int kind, int[] a, int[] b)
    {
        var (from, to) = (Object(Kind(kind), a), Object(Kind(kind), b));
        var patch = to.DeepClone().AsObject();
        patch["$patch"] = "replace";

        Same(to, Patched(Patches.StrategicMergePatch, from, Kind(kind), Json(patch)));
    }

    [Property]
    public void Without_lists_strategic_merge_patch_is_merge_patch(int kind, int[] a, int[] b)
    {
        var (from, to) = (Unlisted(Object(Kind(kind), a)), Unlisted(Object(Kind(kind), b)));
        var patch = Json(Difference(from, to));

        Same(
            Patched(Patches.MergePatch, from, Kind(kind), patch),
            Patched(Patches.StrategicMergePatch, from, Kind(kind), patch));
    }

    [Property]
    public void A_strategic_patch_of_a_list_is_in_effect_after_it(int[] a, int[] b)
    {
        var (from, to) = (Object("ServiceAccount", a), Object("ServiceAccount", b));

        var patched = Patched(Patches.StrategicMergePatch, from, "ServiceAccount", Json(to));

        Assert.Equal(Names(from, "secrets").Union(Names(to, "secrets")).Order(), Names(patched, "secrets").Order());
        Assert.Equal(Names(to, "secrets"), Names(patched, "secrets").Where(n => Names(to, "secrets").Contains(n)));
        Same(to["imagePullSecrets"] ?? from["imagePullSecrets"], patched["imagePullSecrets"]);
        Same(patched, Patched(Patches.StrategicMergePatch, patched, "ServiceAccount", Json(to)));
    }

    [Property]
    public void What_a_json_patch_adds_another_takes_away(int kind, int[] a, int[] b)
    {
        var (from, to) = (Object(Kind(kind), a), Object(Kind(kind), b));
        var places = Places(from).ToList();
        var (path, isThere, value) = places[b.Length % places.Count];
        var (forth, back) = isThere
            ? (Operation("remove", path, null), Operation("add", path, value))
            : (Operation("add", path, to), Operation("remove", path, null));

        var patched = Patched(Patches.JsonPatch, from, Kind(kind), Json(new JsonArray(forth, back)));

        Same(from, patched);
    }

    [Property]
    public void No_bytes_break_a_patch(int kind, int[] drawn, byte[] noise, int at, int mediaType)
    {
        var live = Object(Kind(kind), drawn);
        ManagedFields.RecordUpdate(null, live, "before", Now);
        var before = Json(live);
        var texts = new[]
        {
            "", Json(Object(Kind(kind), [.. drawn.Reverse()])), """[{"op":"add","path":"/metadata/labels/z","value":"1"},{"op":"copy","from":"/metadata","path":"/metadata/x"}]""",
            """{"metadata":{"$setElementOrder/finalizers":["f1"],"finalizers":["f1"],"$deleteFromPrimitiveList/finalizers":["f2"],"labels":{"$retainKeys":["a"],"a":"\ud800"}}}""",
        };
        foreach (var text in texts)
        {
            var body = Encoding.UTF8.GetBytes(text).ToList();
            var place = (int)((uint)at % (body.Count + 1));
            body.RemoveRange(place, Math.Min(body.Count - place, noise.Length / 2));
            body.InsertRange(place, noise);

            var result = Patches.Apply(Request(_mediaTypes[(int)((uint)mediaType % _mediaTypes.Length)], live, Kind(kind), [.. body]));

            Assert.NotEqual(result.Object is null, result.Failure is null);
            Assert.Equal(before, Json(live));
        }
    }

    private static IEnumerable<string> Names(JsonObject value, string list) =>
        (value[list] as JsonArray ?? []).Select(i => (string)i!["name"]!);

    private static JsonObject Operation(string op, string path, JsonNode? value) =>
        new() { ["op"] = op, ["path"] = path, ["value"] = value?.DeepClone() };

    private static IEnumerable<(string Path, bool IsThere, JsonNode? Value)> Places(JsonNode? node, string path = "")
    {
        switch (node)
        {
            case JsonObject fields:
                yield return ($"{path}/new~0~1", false, null);
                foreach (var (name, value) in fields.Where(f => f.Key is not ("metadata" or "name")))
                {
                    var inner = $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
                    yield return (inner, true, value);
                    foreach (var place in Places(value, inner))
                    {
                        yield return place;
                    }
                }

                break;
            case JsonArray items:
                yield return ($"{path}/0", false, null);
                for (var i = 0; i < items.Count; i++)
                {
                    yield return ($"{path}/{i}", true, items[i]);
                }

                break;
        }
    }

    private static JsonObject Unlisted(JsonObject value) => new(value.Where(f => f.Value is not JsonArray)
        .Select(f => KeyValuePair.Create(f.Key, f.Value is JsonObject inner ? Unlisted(inner) : f.Value?.DeepClone())));

    private static JsonObject Difference(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var name in from.Select(f => f.Key).Union(to.Select(f => f.Key)))
        {
            if ((from[name], to[name]) is (JsonObject a, JsonObject b))
            {
                patch[name] = Difference(a, b);
            }
            else if (!JsonNode.DeepEquals(from[name], to[name]))
            {
                patch[name] = to[name]?.DeepClone();
            }
        }

        return patch;
    }
}
