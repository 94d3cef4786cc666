using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// Everything a compiled policy consists of: names as ids, bindings as rows, and the indexes over them. Immutable; a change
/// makes new tables that share what stays.
/// </summary>
internal sealed record PolicyTables
{
    /// <summary>The records of bindings.</summary>
    public required RecordArena Arena { get; init; }

    public required Vocabulary Vocabulary { get; init; }

    /// <summary>User names, those of service accounts included, to their cluster role bindings in policy order.</summary>
    public required NameTable<Posting[]> Users { get; init; }

    /// <summary>Groups to their cluster role bindings in policy order.</summary>
    public required NameTable<Posting[]> Groups { get; init; }

    /// <summary>The cluster role bindings of an identity, in policy order.</summary>
    public ReadOnlySpan<Posting> ClusterPostingsOf(int identity) =>
        ((identity & 1) == 0 ? ref Users.SlotOf(identity >> 1) : ref Groups.SlotOf(identity >> 1)).Payload;

    /// <summary>What else there is to a binding.</summary>
    public BindingRecord RecordOf(in BindingRow row) => new(Arena[row.Record]);

    /// <summary>Namespaces to the role bindings in them.</summary>
    public required NameTable<NamespaceBindings> Namespaces { get; init; }

    /// <summary>Names of subjects that no user can match.</summary>
    public required NameTable<byte> Nobodies { get; init; }

    /// <summary>Every role that exists or is referred to.</summary>
    public required ChunkedArray<RoleSlot> Roles { get; init; }

    public required ChunkedArray<RoleRefRow> RoleRefs { get; init; }

    /// <summary>Subjects without their names: kind, API group and namespace as written.</summary>
    public required ChunkedArray<Subject> SubjectShapes { get; init; }

    public required ChunkedArray<BindingRow> ClusterRoleBindings { get; init; }

    public required ChunkedArray<BindingRow> RoleBindings { get; init; }

    /// <summary>By the id of a resource as written in rules: the roles that mention it.</summary>
    public required ChunkedArray<int[]> RolesByResource { get; init; }

    /// <summary>Roles with rules about URLs.</summary>
    public required ImmutableArray<int> UrlRoles { get; init; }

    /// <summary>The paths bindings were read from.</summary>
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>Metadata of bindings that have more than a name and a namespace.</summary>
    public required ImmutableDictionary<int, ObjectMeta> ClusterRoleBindingMetadata { get; init; }

    /// <summary>Metadata of bindings that have more than a name and a namespace.</summary>
    public required ImmutableDictionary<int, ObjectMeta> RoleBindingMetadata { get; init; }
}
