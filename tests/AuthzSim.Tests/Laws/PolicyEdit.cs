using System.Collections.Immutable;
using AuthzSim.Rbac;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Laws;

/// <summary>What an edit does to the list its object's kind is in.</summary>
public enum EditKind
{
    /// <summary>Puts the object before the one at the index, or last.</summary>
    Insert,

    /// <summary>Takes away the object at the index.</summary>
    Remove,

    /// <summary>Puts the object in the place of the one at the index.</summary>
    Replace,
}

/// <summary>One change of a policy, as a watch on a cluster would bring it; an index beyond the list wraps around.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Index">Where.</param>
/// <param name="Object">The new object; when removing, an object of the kind to remove.</param>
public sealed record PolicyEdit(EditKind Kind, int Index, RbacObject Object)
{
    public static Gen<PolicyEdit> Any { get; } =
        from kind in Gen.Elements(EditKind.Insert, EditKind.Insert, EditKind.Remove, EditKind.Replace)
        from index in Gen.Choose(0, 12)
        from @object in Gen.OneOf(
            PolicyGenerators.ClusterRole.Select(o => (RbacObject)o),
            PolicyGenerators.Role.Select(o => (RbacObject)o),
            PolicyGenerators.ClusterRoleBinding.Select(o => (RbacObject)o),
            PolicyGenerators.RoleBinding.Select(o => (RbacObject)o))
        select new PolicyEdit(kind, index, @object);

    /// <summary>Sequences of up to twelve edits.</summary>
    public static Gen<PolicyEdit[]> Sequence { get; } = PolicyGenerators.Many(Any, 0, 12);

    public PolicySet Apply(PolicySet policy) => Object switch
    {
        ClusterRole o => policy with { ClusterRoles = Apply(policy.ClusterRoles, o) },
        Role o => policy with { Roles = Apply(policy.Roles, o) },
        ClusterRoleBinding o => policy with { ClusterRoleBindings = Apply(policy.ClusterRoleBindings, o) },
        RoleBinding o => policy with { RoleBindings = Apply(policy.RoleBindings, o) },
        _ => throw new InvalidOperationException($"no list for {Object.Kind}"),
    };

    private ImmutableArray<T> Apply<T>(ImmutableArray<T> list, T item)
        where T : RbacObject => Kind switch
        {
            EditKind.Insert => list.Insert(Index % (list.Length + 1), item),
            _ when list.IsEmpty => list,
            EditKind.Remove => list.RemoveAt(Index % list.Length),
            _ => list.SetItem(Index % list.Length, item),
        };
}
