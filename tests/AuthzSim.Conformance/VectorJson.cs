using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>The recordings' JSON as objects of the engine, without any defaulting or validation.</summary>
internal static class VectorJson
{
    public static string Text(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public static IEnumerable<JsonElement> Items(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public static ImmutableArray<string> Strings(this JsonElement e, string name) =>
        [.. e.Items(name).Select(i => i.GetString()!)];

    public static PolicyRule Rule(JsonElement e) => new()
    {
        Verbs = e.Strings("verbs"),
        ApiGroups = e.Strings("apiGroups"),
        Resources = e.Strings("resources"),
        ResourceNames = e.Strings("resourceNames"),
        NonResourceUrls = e.Strings("nonResourceURLs"),
    };

    public static ImmutableArray<PolicyRule> Rules(this JsonElement e, string name) => [.. e.Items(name).Select(Rule)];

    public static Subject Subject(JsonElement e) => new()
    {
        Kind = e.Text("kind"),
        ApiGroup = e.Text("apiGroup"),
        Name = e.Text("name"),
        Namespace = e.Text("namespace"),
    };

    public static UserInfo User(JsonElement e) =>
        new() { Name = e.Text("name"), Uid = e.Text("uid"), Groups = e.Strings("groups") };

    public static RequestAttributes Attributes(JsonElement e) => new()
    {
        User = User(e.GetProperty("user")),
        Verb = e.Text("verb"),
        Namespace = e.Text("namespace"),
        ApiGroup = e.Text("apiGroup"),
        ApiVersion = e.Text("apiVersion"),
        Resource = e.Text("resource"),
        Subresource = e.Text("subresource"),
        Name = e.Text("name"),
        Path = e.Text("path"),
        IsResourceRequest = !e.TryGetProperty("path", out _),
    };

    /// <summary>The policy of one entry of rbac.jsonl.</summary>
    public static PolicySet Policy(JsonElement objects) => new()
    {
        ClusterRoles = [.. objects.Items("clusterRoles").Select(ClusterRole)],
        Roles = [.. objects.Items("roles").Select(Role)],
        ClusterRoleBindings = [.. objects.Items("clusterRoleBindings").Select(ClusterRoleBinding)],
        RoleBindings = [.. objects.Items("roleBindings").Select(RoleBinding)],
    };

    private static ObjectMeta Meta(JsonElement e)
    {
        var meta = e.GetProperty("metadata");
        return new ObjectMeta { Name = meta.Text("name"), Namespace = meta.Text("namespace") };
    }

    private static RoleRef Ref(JsonElement e)
    {
        var roleRef = e.GetProperty("roleRef");
        return new RoleRef { ApiGroup = roleRef.Text("apiGroup"), Kind = roleRef.Text("kind"), Name = roleRef.Text("name") };
    }

    private static ClusterRole ClusterRole(JsonElement e) => new() { Metadata = Meta(e), Rules = e.Rules("rules") };

    private static Role Role(JsonElement e) => new() { Metadata = Meta(e), Rules = e.Rules("rules") };

    private static ClusterRoleBinding ClusterRoleBinding(JsonElement e) =>
        new() { Metadata = Meta(e), Subjects = [.. e.Items("subjects").Select(Subject)], RoleRef = Ref(e) };

    private static RoleBinding RoleBinding(JsonElement e) =>
        new() { Metadata = Meta(e), Subjects = [.. e.Items("subjects").Select(Subject)], RoleRef = Ref(e) };
}
