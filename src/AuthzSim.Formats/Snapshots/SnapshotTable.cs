namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// The tables of a snapshot, in the order in which they are stored. A row is integers: ids of texts (rows of the string
/// table), ids of rows of earlier tables, or numbers. A location is three columns: path (0 for none, else id and one), line
/// and column; "maybe" is 0 for none, else id and one. Roles and bindings are stored as a compiled policy keeps them, as records
/// one behind the other, with ids of these tables and of the texts in the names of subjects.
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

    /// <summary>Verbs in rules, <c>*</c> first: text.</summary>
    Verbs,

    /// <summary>API groups in rules, <c>*</c> first: text.</summary>
    ApiGroups,

    /// <summary>Resources in rules, <c>*</c> first: text.</summary>
    Resources,

    /// <summary>Subjects without their names: kind, API group, namespace.</summary>
    Shapes,

    /// <summary>Role references: kind, API group, name, namespace of the bindings for a Role.</summary>
    RoleRefs,

    /// <summary>Namespaces of role bindings: text, how many subjects of bindings in it match somebody.</summary>
    NamespacesOfBindings,

    /// <summary>Length of the record, extra maybe, aggregation maybe.</summary>
    ClusterRoles,

    /// <summary>As cluster roles; none is aggregated.</summary>
    Roles,

    /// <summary>Length of the record, namespace as a text, extra maybe, role reference.</summary>
    ClusterRoleBindings,

    /// <summary>As cluster role bindings, but for the namespace, which is one of those of bindings.</summary>
    RoleBindings,

    /// <summary>
    /// The subjects that match somebody, in one namespace after the other, in the order in which a compiled policy has them there:
    /// by identity. Each is given by its number in policy order. Says nothing that the records do not: it saves sorting.
    /// </summary>
    OrderOfSubjects,

    /// <summary>
    /// Where subjects were read, of which that is known: the number of the subject, counted through the subjects of all cluster
    /// role bindings, then of all role bindings; location.
    /// </summary>
    LocationsOfSubjects,

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
    public const int FormatVersion = 2;

    public const int Tables = (int)SnapshotTable.CustomResourceDefinitions + 1;

    /// <summary>Elements of the outermost array: whether the default policy is in it, four text columns, two blobs of records, and the tables.</summary>
    public const int Parts = 7 + Tables;

    /// <summary>Columns of each table; 0 for rows of any length.</summary>
    public static ReadOnlySpan<byte> Widths => [0, 0, 5, 0, 3, 0, 0, 1, 1, 1, 1, 3, 4, 2, 3, 2, 4, 4, 1, 4, 5, 5, 11];
}
