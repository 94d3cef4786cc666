using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>One binding of one identity, as the check walks them: what role, in which namespace, at which place in the order.</summary>
internal readonly record struct Posting(int Namespace, int Role, int Binding)
{
    /// <summary>The namespace of cluster role bindings.</summary>
    public const int ClusterScope = -1;

    public static readonly IComparer<Posting> Order = Comparer<Posting>.Create(Compare);

    /// <summary>Cluster scope first, then by namespace; within each in policy order.</summary>
    public static int Compare(Posting a, Posting b) =>
        a.Namespace != b.Namespace ? a.Namespace.CompareTo(b.Namespace) : a.Binding.CompareTo(b.Binding);
}

/// <summary>
/// A subject: the number of its kind, API group and namespace, which many subjects share, and of its name among the users,
/// the groups, or the names of subjects that match nobody.
/// </summary>
internal readonly record struct SubjectRow(int Shape, int Identity);

/// <summary>A binding; its place in its array is its place in policy order. A removed one leaves an empty place.</summary>
internal readonly record struct BindingRow(TextRef Name, int Namespace, int RoleRef)
{
    /// <summary>Most bindings have one subject: it needs no array.</summary>
    public SubjectRow FirstSubject { get; init; }

    /// <summary>All subjects when there is not exactly one; else null.</summary>
    public SubjectRow[]? Subjects { get; init; }

    /// <summary>Index of the path it was read from, or -1.</summary>
    public int Path { get; init; }

    public int Line { get; init; }

    public int Column { get; init; }

    public bool IsRemoved => RoleRef < 0;

    public static BindingRow Removed => new(default, 0, -1);
}

/// <summary>A role reference as written, the namespace that matters to it (none for a cluster role), and the role it leads to.</summary>
internal readonly record struct RoleRefRow(RoleRef RoleRef, string Namespace, int Role);

/// <summary>
/// A role that exists or is referred to, the cluster role bindings that grant it, in policy order, and a filter of the
/// resources it may allow, so that most roles are passed over without being touched.
/// </summary>
internal readonly record struct RoleSlot(CompiledRole? Role, int[] ClusterBindings)
{
    public ulong Filter { get; } = Role?.Filter ?? 0;
}
