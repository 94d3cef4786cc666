using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>What only changes need to look up; checks do not, so it is made at a policy's first change and handed on.</summary>
internal sealed record EditIndex(
    BindingIndex ClusterRoleBindings,
    BindingIndex RoleBindings,
    ImmutableDictionary<(RoleRef RoleRef, string Namespace), int> RoleRefs,
    ImmutableDictionary<Subject, int> SubjectShapes)
{
    public static EditIndex Of(PolicyTables tables) => new(
        BindingIndex.Of(tables.Arena, tables.ClusterRoleBindings),
        BindingIndex.Of(tables.Arena, tables.RoleBindings),
        Enumerable.Range(0, tables.RoleRefs.Count).ToImmutableDictionary(i => (tables.RoleRefs[i].RoleRef, tables.RoleRefs[i].Namespace)),
        Enumerable.Range(0, tables.SubjectShapes.Count).ToImmutableDictionary(i => tables.SubjectShapes[i]));
}
