using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// The subjects of bindings, in order, after <c>system:masters</c>, in a list made in its final length: counting brings to
/// the processor what copying needs.
/// </summary>
internal static class AllowedSubjectList
{
    public static ImmutableArray<Subject> Of(PolicyTables tables, SubjectCache cache, BitSet cluster, List<int> namespaced)
    {
        var count = 1;
        foreach (var place in cluster)
        {
            count += cache.OfClusterRoleBinding(place).Length;
        }

        foreach (var place in namespaced)
        {
            count += tables.RecordOf(tables.RoleBindings[place]).Subjects.Count;
        }

        var subjects = new Subject[count];
        subjects[0] = Subject.Group(RbacNames.SystemMasters);
        count = 1;
        foreach (var place in cluster)
        {
            // Most lists have one to four: a loop is done before a block copy has begun.
            foreach (var subject in cache.OfClusterRoleBinding(place))
            {
                subjects[count++] = subject;
            }
        }

        AddNamespaced(tables, cache, namespaced, subjects.AsSpan(count));
        return ImmutableCollectionsMarshal.AsImmutableArray(subjects);
    }

    /// <summary>Adds the subjects of role bindings, which are all in one namespace.</summary>
    private static void AddNamespaced(PolicyTables tables, SubjectCache cache, List<int> places, Span<Subject> subjects)
    {
        if (places.Count == 0)
        {
            return;
        }

        var @namespace = tables.RoleBindings[places[0]].Namespace;
        var isShared = cache.IsShared(@namespace);
        foreach (var place in places)
        {
            var rows = tables.RecordOf(tables.RoleBindings[place]).Subjects;
            cache.CopyTo(subjects, rows, @namespace, isShared);
            subjects = subjects[rows.Count..];
        }
    }
}
