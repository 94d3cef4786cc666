using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Manifests;

/// <summary>The fields of every object that is read, in the order the decoders number them.</summary>
internal static class FieldTables
{
    /// <summary>The fields seen when apiVersion and kind have been, of every table that has them first.</summary>
    public const uint TypeSeen = 0b11;

    public static FieldTable Role { get; } = new(false, "apiVersion", "kind", "metadata", "rules");

    public static FieldTable ClusterRole { get; } = new(false, "apiVersion", "kind", "metadata", "rules", "aggregationRule");

    public static FieldTable Binding { get; } = new(false, "apiVersion", "kind", "metadata", "subjects", "roleRef");

    public static FieldTable Rule { get; } =
        new(false, "verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs");

    public static FieldTable Subject { get; } = new(false, "kind", "apiGroup", "name", "namespace");

    /// <summary>Subjects of v1alpha1 say <c>apiVersion</c> for <c>apiGroup</c>.</summary>
    public static FieldTable AlphaSubject { get; } = new(false, "kind", "apiVersion", "name", "namespace");

    public static FieldTable RoleRef { get; } = new(false, "apiGroup", "kind", "name");

    public static FieldTable AggregationRule { get; } = new(false, "clusterRoleSelectors");

    public static FieldTable LabelSelector { get; } = new(false, "matchLabels", "matchExpressions");

    public static FieldTable LabelSelectorRequirement { get; } = new(false, "key", "operator", "values");

    /// <summary>The first eight are kept, the others are known and passed over.</summary>
    public static FieldTable Metadata { get; } = new(
        false,
        "name", "namespace", "labels", "annotations", "uid", "resourceVersion", "finalizers", "generateName",
        "creationTimestamp", "generation", "managedFields", "ownerReferences", "selfLink", "deletionTimestamp",
        "deletionGracePeriodSeconds");

    /// <summary>A review, or only its spec: the first five say which.</summary>
    public static FieldTable ReviewOrSpec { get; } = new(
        false,
        "apiVersion", "kind", "metadata", "spec", "status",
        "resourceAttributes", "nonResourceAttributes", "user", "groups", "extra", "uid");

    public static FieldTable ReviewSpec { get; } =
        new(false, "resourceAttributes", "nonResourceAttributes", "user", "groups", "extra", "uid");

    public static FieldTable ResourceAttributes { get; } = new(
        false,
        "namespace", "verb", "group", "version", "resource", "subresource", "name", "fieldSelector", "labelSelector");

    public static FieldTable NonResourceAttributes { get; } = new(false, "path", "verb");

    public static FieldTable SelectorAttributes { get; } = new(false, "rawSelector", "requirements");

    public static FieldTable OpenMetadata { get; } = new(true, "name", "namespace", "generateName");

    public static FieldTable OpenObject { get; } = new(true, "metadata", "spec");

    public static FieldTable DefinitionSpec { get; } = new(true, "group", "names", "scope", "versions");

    public static FieldTable DefinitionNames { get; } = new(true, "plural", "singular", "kind", "shortNames");

    public static FieldTable DefinitionVersion { get; } = new(true, "name", "served", "subresources");

    public static FieldTable DefinitionSubresources { get; } = new(true, "status", "scale");
}
