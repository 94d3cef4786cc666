using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Finds the changes that shorten the API server's walk over a policy and change no decision.</summary>
public sealed class WalkSavings
{
    private const string Bootstrapping = "kubernetes.io/bootstrapping";

    /// <summary>What one object of etcd holds with room to spare.</summary>
    private const int MostSubjects = 5_000;

    private readonly PolicySet _policy;
    private readonly RuleResolver _resolver;
    private readonly HashSet<(string Kind, string Namespace, string Name)> _touched = [];
    private readonly List<WalkSaving> _found = [];

    private WalkSavings(PolicySet policy)
    {
        _policy = policy;
        _resolver = new RuleResolver(policy);

        // Of objects that share a name a cluster keeps one, and a change could not say which it means.
        _touched.UnionWith(policy.Objects.GroupBy(KeyOf).Where(g => g.Skip(1).Any()).Select(g => g.Key));
    }

    /// <summary>All savings, those about bindings first.</summary>
    /// <param name="policy">The policy.</param>
    public static ImmutableArray<WalkSaving> Find(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new WalkSavings(policy).Find();
    }

    private ImmutableArray<WalkSaving> Find()
    {
        Delete(WalkSavingKind.DeleteDanglingBindings, b => _resolver.RoleOf(b) is null);
        Delete(WalkSavingKind.DeleteBindingsOfNobody, b => !b.Subjects.Any(s => SubjectIdentity.Of(s, b) != SubjectIdentity.Nobody));
        DropBoundEverywhere();
        Merge(_policy.ClusterRoleBindings);
        Merge(_policy.RoleBindings);
        DropRepeated(_policy.ClusterRoleBindings);
        DropRepeated(_policy.RoleBindings);
        foreach (var role in Free(_policy.ClusterRoles).Where(r => r.AggregationRule is null))
        {
            Compact(role, rules => role with { Rules = rules });
        }

        foreach (var role in Free(_policy.Roles))
        {
            Compact(role, rules => role with { Rules = rules });
        }

        return [.. _found];
    }

    private void Delete(WalkSavingKind kind, Func<RbacBinding, bool> isUseless)
    {
        AddDeletion(kind, [.. Free(_policy.ClusterRoleBindings).Where(isUseless)]);
        AddDeletion(kind, [.. Free(_policy.RoleBindings).Where(isUseless)]);
    }

    private void AddDeletion(WalkSavingKind kind, List<RbacBinding> bindings) => Add(
        new WalkSaving(kind, NamespaceOfAll(bindings), null, [.. bindings.Select(Deletion)])
        {
            Removed = new WalkCost(bindings.Count, bindings.Sum(b => (long)b.Subjects.Length), 0),
        });

    private void DropBoundEverywhere()
    {
        var everywhere = _policy.ClusterRoleBindings
            .Where(b => b.RoleRef.Kind == RbacNames.ClusterRoleKind)
            .SelectMany(b => b.Subjects.Select(s => (b.RoleRef.Name, SubjectIdentity.Of(s, b))))
            .ToHashSet();
        var candidates = Free(_policy.RoleBindings)
            .Where(b => b.RoleRef.Kind == RbacNames.ClusterRoleKind)
            .Select(b => (Binding: b, Kept: b.Subjects.Where(s => !everywhere.Contains((b.RoleRef.Name, SubjectIdentity.Of(s, b)))).ToImmutableArray()))
            .Where(c => c.Kept.Length < c.Binding.Subjects.Length);
        foreach (var group in candidates.GroupBy(c => c.Binding.RoleRef.Name, StringComparer.Ordinal).ToList())
        {
            Add(new WalkSaving(
                WalkSavingKind.DropBoundEverywhere,
                NamespaceOfAll(group.Select(c => c.Binding)),
                _resolver.RoleOf(group.First().Binding),
                [.. group.Select(c => c.Kept.IsEmpty ? Deletion(c.Binding) : PolicyChange.Put(c.Binding with { Subjects = c.Kept }))])
            {
                Removed = new WalkCost(group.Count(c => c.Kept.IsEmpty), group.Sum(c => (long)c.Binding.Subjects.Length - c.Kept.Length), 0),
            });
        }
    }

    private void Merge<T>(ImmutableArray<T> bindings)
        where T : RbacBinding
    {
        foreach (var group in Free(bindings).GroupBy(b => (NamespaceOf(b), b.RoleRef.Kind, b.RoleRef.Name)).Where(g => g.Skip(1).Any()).ToList())
        {
            var first = group.First();
            var subjects = ImmutableArray.CreateBuilder<Subject>();
            var seen = new HashSet<SubjectIdentity>();
            List<T> merged = [];
            foreach (var binding in group)
            {
                if (subjects.Count + binding.Subjects.Length <= MostSubjects)
                {
                    subjects.AddRange(Meaningful(binding, seen));
                    merged.Add(binding);
                }
            }

            if (merged.Count > 1 && ReferenceEquals(merged[0], first))
            {
                Add(new WalkSaving(
                    WalkSavingKind.MergeBindings,
                    NamespaceOf(first),
                    _resolver.RoleOf(first),
                    [PolicyChange.Put(WithSubjects(first, subjects.ToImmutable())), .. merged.Skip(1).Select(Deletion)])
                {
                    Removed = new WalkCost(merged.Count - 1, merged.Sum(b => (long)b.Subjects.Length) - subjects.Count, 0),
                });
            }
        }
    }

    private void DropRepeated<T>(ImmutableArray<T> bindings)
        where T : RbacBinding
    {
        List<(T Binding, ImmutableArray<Subject> Kept)> shorter =
        [
            .. Free(bindings).Select(b => (Binding: b, Kept: Meaningful(b, []).ToImmutableArray())).Where(b => b.Kept.Length < b.Binding.Subjects.Length),
        ];
        Add(new WalkSaving(
            WalkSavingKind.DropRepeatedSubjects,
            NamespaceOfAll(shorter.Select(b => b.Binding)),
            null,
            [.. shorter.Select(b => PolicyChange.Put(WithSubjects(b.Binding, b.Kept)))])
        {
            Removed = new WalkCost(0, shorter.Sum(b => (long)b.Binding.Subjects.Length - b.Kept.Length), 0),
        });
    }

    private void Compact(RbacRole role, Func<ImmutableArray<PolicyRule>, RbacRole> with)
    {
        var rules = RuleCompaction.Compact(role.Rules);
        if (rules.Length < role.Rules.Length)
        {
            Add(new WalkSaving(WalkSavingKind.CompactRules, role.IsNamespaced ? role.Metadata.Namespace : "", role, [PolicyChange.Put(with(rules))])
            {
                Removed = new WalkCost(0, 0, role.Rules.Length - rules.Length),
            });
        }
    }

    /// <summary>Keeps a saving and what it touches, unless it changes nothing.</summary>
    private void Add(WalkSaving saving)
    {
        if (!saving.Changes.IsEmpty)
        {
            _touched.UnionWith(saving.Changes.Select(c => (c.Kind, c.Namespace, c.Name)));
            _found.Add(saving);
        }
    }

    /// <summary>The objects no saving has touched and the server does not put back.</summary>
    private IEnumerable<T> Free<T>(IEnumerable<T> objects)
        where T : RbacObject => objects.Where(o => !o.Metadata.Labels.ContainsKey(Bootstrapping) && !_touched.Contains(KeyOf(o)));

    private static IEnumerable<Subject> Meaningful(RbacBinding binding, HashSet<SubjectIdentity> seen) =>
        binding.Subjects.Where(s => SubjectIdentity.Of(s, binding) is var identity && identity != SubjectIdentity.Nobody && seen.Add(identity));

    private static RbacBinding WithSubjects(RbacBinding binding, ImmutableArray<Subject> subjects) => binding switch
    {
        ClusterRoleBinding b => b with { Subjects = subjects },
        RoleBinding b => b with { Subjects = subjects },
        _ => throw new ArgumentException("there are two kinds of binding", nameof(binding)),
    };

    private static PolicyChange Deletion(RbacBinding binding) =>
        PolicyChange.Delete(binding.Kind, NamespaceOf(binding), binding.Metadata.Name);

    private static (string Kind, string Namespace, string Name) KeyOf(RbacObject o) => (o.Kind, NamespaceOf(o), o.Metadata.Name);

    private static string NamespaceOf(RbacObject o) => o.IsNamespaced ? o.Metadata.Namespace : "";

    private static string NamespaceOfAll(IEnumerable<RbacBinding> bindings) =>
        bindings.Select(NamespaceOf).Distinct(StringComparer.Ordinal).Take(2).ToList() is [var only] ? only : "";
}
