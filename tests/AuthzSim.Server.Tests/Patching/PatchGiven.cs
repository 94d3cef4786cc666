using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Server.Patching;

namespace AuthzSim.Server.Tests.Patching;

/// <summary>Objects of the six kinds made of drawn numbers, and patches of them.</summary>
internal static class PatchGiven
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly string[] _kinds = ["ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding", "Namespace", "ServiceAccount"];

    public static string Kind(int drawn) => _kinds[(int)((uint)drawn % _kinds.Length)];

    public static string Version(string kind) => kind is "Namespace" or "ServiceAccount" ? "v1" : "rbac.authorization.k8s.io/v1";

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    public static string Json(JsonNode? node) => node?.ToJsonString() ?? "null";

    /// <summary>An object whose every part is there or not, as drawn.</summary>
    public static JsonObject Object(string kind, int[] drawn)
    {
        var next = 0;
        var metadata = new JsonObject { ["name"] = "x" };
        var made = new JsonObject { ["apiVersion"] = Version(kind), ["kind"] = kind, ["metadata"] = metadata };
        Map(metadata, "labels", "a", "b", "c/d");
        Map(metadata, "annotations", "a", "note~/");
        List(metadata, "finalizers", 4, i => $"f{i}");
        List(metadata, "ownerReferences", 3, i => new JsonObject { ["uid"] = $"u{i}", ["name"] = $"n{Draw(2)}" });
        switch (kind)
        {
            case "ClusterRole" or "Role":
                List(made, "rules", 3, i => new JsonObject { ["verbs"] = new JsonArray("get", $"v{Draw(2)}"), ["resources"] = new JsonArray($"r{i}") });
                if (kind == "ClusterRole" && Draw(2) == 0)
                {
                    made["aggregationRule"] = new JsonObject { ["clusterRoleSelectors"] = new JsonArray(Selector()) };
                }

                break;
            case "ClusterRoleBinding" or "RoleBinding":
                List(made, "subjects", 3, i => new JsonObject { ["kind"] = "User", ["name"] = $"u{i}" });
                made["roleRef"] = new JsonObject { ["kind"] = "ClusterRole", ["name"] = $"r{Draw(2)}" };
                break;
            case "Namespace":
                List(made, "spec", 2, i => $"kubernetes{i}");
                if (made["spec"] is { } finalizers)
                {
                    made["spec"] = new JsonObject { ["finalizers"] = finalizers.DeepClone() };
                }

                break;
            default:
                List(made, "secrets", 3, i => new JsonObject { ["name"] = $"s{i}", ["kind"] = $"k{Draw(2)}" });
                List(made, "imagePullSecrets", 3, i => new JsonObject { ["name"] = $"p{i}" });
                if (Draw(3) is > 0 and var automount)
                {
                    made["automountServiceAccountToken"] = automount == 1;
                }

                break;
        }

        return made;

        int Draw(int count) => (int)((uint)drawn.ElementAtOrDefault(next++) % count);

        JsonObject Selector() => new() { ["matchLabels"] = new JsonObject { ["a"] = $"{Draw(2)}" } };

        void Map(JsonObject parent, string name, params string[] keys)
        {
            var map = new JsonObject(keys.Select(k => (k, Value: Draw(3))).Where(k => k.Value > 0)
                .Select(k => KeyValuePair.Create(k.k, (JsonNode?)$"{k.Value}")));
            if (map.Count > 0)
            {
                parent[name] = map;
            }
        }

        void List(JsonObject parent, string name, int count, Func<int, JsonNode> item)
        {
            var items = new JsonArray([.. Enumerable.Range(0, count).Where(_ => Draw(2) == 0).Select(item)]);
            if (items.Count > 0)
            {
                parent[name] = items;
            }
        }
    }

    public static PatchRequest Request(string mediaType, JsonObject? live, string kind, byte[] body) => new()
    {
        MediaType = mediaType,
        Body = body,
        Live = live,
        ApiVersion = Version(kind),
        Kind = kind,
        Resource = kind.ToLowerInvariant() + "s",
        Name = "x",
        Manager = "test",
        At = Now,
    };

    public static PatchResult Patch(string mediaType, JsonObject? live, string kind, string body) =>
        Patches.Apply(Request(mediaType, live, kind, Encoding.UTF8.GetBytes(body)));

    public static JsonObject Patched(string mediaType, JsonObject live, string kind, string body)
    {
        var result = Patch(mediaType, live, kind, body);
        Assert.Null(result.Failure);
        return result.Object!;
    }

    public static PatchResult Apply(JsonObject? live, JsonObject configuration, string manager, bool force = false, int minutes = 0) =>
        Patches.Apply(Request(Patches.ApplyYaml, live, (string)configuration["kind"]!, Encoding.UTF8.GetBytes(Json(configuration))) with
        {
            Manager = manager,
            Force = force,
            At = Now.AddMinutes(minutes),
        });

    public static JsonObject Applied(JsonObject? live, JsonObject configuration, string manager, bool force = false, int minutes = 0)
    {
        var result = Apply(live, configuration, manager, force, minutes);
        Assert.Null(result.Failure);
        return result.Object!;
    }

    /// <summary>The object without managedFields.</summary>
    public static JsonObject Bare(JsonObject value) => ManagedFields.Untracked(value);

    public static FieldsEntry? Entry(JsonObject value, string manager) =>
        FieldsEntry.Decode(value["metadata"]!["managedFields"])!.Value.SingleOrDefault(e => e.Manager == manager);

    public static void Same(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {Json(expected)}\nactual   {Json(actual)}");
}
