namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// The tables of a snapshot, in the order in which they are stored. A row is integers: ids of texts (rows of the string
/// table), ids of rows of earlier tables, or numbers. A location is three columns: path (0 for none, else id and one), line
/// and column; "maybe" is 0 for none, else id and one.
/// </summary>
internal enum SnapshotTable
{
    /// <summary>Lists of texts: text…</summary>
    Lists,

    /// <summary>Labels and the like: key, value…</summary>
    Maps,

    /// <summary>API version, kind, name, uid, flags.</summary>
    OwnerReferences,

    /// <summary>
    /// Metadata without names: generate name, uid, resource version, creation time, labels, annotations, finalizers, owner
    /// reference…
    /// </summary>
    Extras,

    /// <summary>Label requirements: key, operator, values.</summary>
    Requirements,

    /// <summary>Label selectors: labels, requirement…</summary>
    Selectors,

    /// <summary>Aggregation rules: selector…</summary>
    Aggregations,

    /// <summary>Paths of locations: text.</summary>
    Paths,

    /// <summary>Rules: verbs, API groups, resources, names, URLs.</summary>
    Rules,

    /// <summary>Subjects without their names: kind, API group, namespace.</summary>
    Shapes,

    /// <summary>Subjects: shape, name.</summary>
    Subjects,

    /// <summary>Role references: kind, API group, name, namespace of the bindings for a Role.</summary>
    RoleRefs,

    /// <summary>Namespace, name, extra maybe, location, count of rules, aggregation maybe.</summary>
    ClusterRoles,

    /// <summary>As cluster roles; none is aggregated.</summary>
    Roles,

    /// <summary>The rules of all cluster roles, then of all roles: rule, location.</summary>
    RulesOfRoles,

    /// <summary>Namespace, extra maybe, location, role reference, count of subjects; the names are a text column of their own.</summary>
    ClusterRoleBindings,

    /// <summary>As cluster role bindings.</summary>
    RoleBindings,

    /// <summary>The subjects of all cluster role bindings, then of all role bindings: subject, location.</summary>
    SubjectsOfBindings,

    /// <summary>Name, 1 when terminating, location.</summary>
    Namespaces,

    /// <summary>Namespace, name, location.</summary>
    ServiceAccounts,

    /// <summary>Group, plural, singular, kind, short names, 1 when namespaced, served versions, subresources, location.</summary>
    CustomResourceDefinitions,
}

/// <summary>How wide the tables are.</summary>
internal static class SnapshotLayout
{
    /// <summary>The version of the format: the tables, their order and columns, and how they are stored.</summary>
    public const int FormatVersion = 1;

    public const int Tables = (int)SnapshotTable.CustomResourceDefinitions + 1;

    /// <summary>Elements of the outermost array: whether the default policy is in it, three text columns, and the tables.</summary>
    public const int Parts = 4 + Tables;

    /// <summary>Columns of each table; 0 for rows of any length.</summary>
    public static ReadOnlySpan<byte> Widths => [0, 0, 5, 0, 3, 0, 0, 1, 5, 3, 2, 4, 8, 8, 4, 7, 7, 4, 5, 5, 11];
}
