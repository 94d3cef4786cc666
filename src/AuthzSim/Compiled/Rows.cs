using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>A role granted by the binding at a place of its order; whose and where says the list it stands in.</summary>
internal readonly record struct Posting(int Role, int Binding)
{
    /// <summary>The namespace of cluster role bindings.</summary>
    public const int ClusterScope = -1;

    public static readonly IComparer<Posting> Order = Comparer<Posting>.Create(static (a, b) => a.Binding.CompareTo(b.Binding));
}

/// <summary>
/// A subject: the number of its kind, API group and namespace, which many subjects share, and who it is: users have even
/// numbers, groups odd ones, and subjects that match nobody the complement of the number of their name.
/// </summary>
internal readonly record struct SubjectRow(int Shape, int Identity)
{
    public bool MatchesSomebody => Identity >= 0;

    public bool IsGroup => (Identity & 1) != 0;

    /// <summary>The number among the users or among the groups.</summary>
    public int Number => Identity >> 1;

    public static int OfUser(int user) => user << 1;

    public static int OfGroup(int group) => (group << 1) | 1;

    public static int OfNobody(int name) => ~name;
}

/// <summary>
/// A binding; its place in its array is its place in policy order. A removed one leaves an empty place. What else there is to
/// it stands in a <see cref="BindingRecord"/>.
/// </summary>
internal readonly record struct BindingRow(int Namespace, int RoleRef, int Record)
{
    public bool IsRemoved => RoleRef < 0;

    public static BindingRow Removed => new(0, -1, 0);
}

/// <summary>A role reference as written, the namespace that matters to it (none for a cluster role), and the role it leads to.</summary>
internal readonly record struct RoleRefRow(RoleRef RoleRef, string Namespace, int Role);

/// <summary>
/// A role that exists or is referred to, the cluster role bindings that grant it, in policy order, and what decides most
/// requests without touching the role: a filter of the resources it may allow, and its grants.
/// </summary>
internal readonly record struct RoleSlot(CompiledRole? Role, int[] ClusterBindings)
{
    public ulong Filter { get; } = Role?.Filter ?? 0;

    public RoleGrants Grants { get; } = Role?.Grants ?? default;

    /// <summary>True when the grants are not all there is to the role.</summary>
    public bool HasMoreThanGrants { get; } = Role?.HasMoreThanGrants ?? false;
}
