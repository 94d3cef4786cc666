using System.Collections.Frozen;

namespace AuthzSim.Server.Patching;

/// <summary>The schemas of the kinds that are served (upstream: <c>k8s.io/api/{rbac,core}/v1/types.go</c>, <c>meta/v1/types.go</c>).</summary>
internal static class KindSchemas
{
    private static readonly FieldSchema _metadata = FieldSchema.Struct("ObjectMeta",
    [
        .. Wholes(
            "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
            "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"),
        ("labels", FieldSchema.Map),
        ("annotations", FieldSchema.Map),
        ("ownerReferences", FieldSchema.KeyedList("uid", FieldSchema.Whole)),
        ("finalizers", FieldSchema.Set),
    ]);

    private static readonly FrozenDictionary<string, FieldSchema> _kinds = new[]
    {
        Kind("ClusterRole",
            ("rules", FieldSchema.Whole), ("aggregationRule", FieldSchema.Struct("AggregationRule", Wholes("clusterRoleSelectors")))),
        Kind("Role", ("rules", FieldSchema.Whole)),
        Kind("ClusterRoleBinding", Wholes("subjects", "roleRef")),
        Kind("RoleBinding", Wholes("subjects", "roleRef")),
        Kind("Namespace",
            ("spec", FieldSchema.Struct("NamespaceSpec", Wholes("finalizers"))),
            ("status", FieldSchema.Struct("NamespaceStatus",
            [
                .. Wholes("phase"),
                ("conditions", FieldSchema.KeyedList("type", FieldSchema.Struct(
                    "NamespaceCondition", Wholes("type", "status", "lastTransitionTime", "reason", "message")))),
            ]))),
        Kind("ServiceAccount",
            ("secrets", FieldSchema.KeyedList("name", FieldSchema.Whole)),
            ("imagePullSecrets", FieldSchema.Whole),
            ("automountServiceAccountToken", FieldSchema.Whole)),
    }.ToFrozenDictionary(k => k.TypeName);

    /// <summary>The schema of a kind; of one that is not known, metadata alone.</summary>
    public static FieldSchema Of(string kind) => _kinds.GetValueOrDefault(kind) ?? Kind(kind);

    private static FieldSchema Kind(string name, params IEnumerable<(string Name, FieldSchema Schema)> fields) =>
        FieldSchema.Struct(name, [.. Wholes("apiVersion", "kind"), ("metadata", _metadata), .. fields]);

    private static IEnumerable<(string Name, FieldSchema Schema)> Wholes(params IEnumerable<string> names) =>
        names.Select(n => (n, FieldSchema.Whole));
}
