using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Ways to shorten the walk without changing a decision.</summary>
public enum WalkSavingKind
{
    /// <summary>Delete bindings whose role does not exist. Holds as long as it does not.</summary>
    DeleteDanglingBindings,

    /// <summary>Delete bindings without a subject that somebody could be.</summary>
    DeleteBindingsOfNobody,

    /// <summary>Take from role bindings the subjects that have the same cluster role everywhere already.</summary>
    DropBoundEverywhere,

    /// <summary>Put the subjects of bindings to one role, in one scope, into the first of them and delete the others.</summary>
    MergeBindings,

    /// <summary>Take out subjects that mean somebody whom an earlier subject of the binding means.</summary>
    DropRepeatedSubjects,

    /// <summary>Take out rules that another rule of the role contains, and join rules that differ in one list only.</summary>
    CompactRules,
}

/// <summary>
/// A change of a policy that leaves every decision on every request as it is and shortens the walk. Reasons may name other
/// bindings. Savings of one policy touch different objects, so that any of them can be made together, in any order. Objects
/// that the server itself keeps (labelled <c>kubernetes.io/bootstrapping</c>, rules of aggregated roles) are not touched.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Namespace">The namespace it is done in; <c>""</c> for cluster-scoped objects and for several namespaces.</param>
/// <param name="Role">The role it is about, or null for several.</param>
/// <param name="Changes">The changes that make it.</param>
public sealed record WalkSaving(WalkSavingKind Kind, string Namespace, RbacRole? Role, ImmutableArray<PolicyChange> Changes)
{
    /// <summary>What the changes take off the policy: bindings, subjects of bindings, rules of roles.</summary>
    public WalkCost Removed { get; init; }

    /// <summary>What it saves over all requests it was measured with.</summary>
    public WalkCost Saved { get; init; }
}
