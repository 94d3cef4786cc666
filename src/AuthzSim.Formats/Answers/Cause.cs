using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>A binding with the role it grants and those rules of the role that matter.</summary>
/// <param name="Binding">The binding.</param>
/// <param name="Role">The role.</param>
/// <param name="Rules">The rules, each once, in the order of the paths.</param>
internal sealed record Cause(RbacBinding Binding, RbacRole Role, ImmutableArray<PolicyRule> Rules)
{
    /// <summary>Paths by binding and role, each of these once.</summary>
    public static ImmutableArray<Cause> Of(IEnumerable<AllowingPath> paths)
    {
        List<(AllowingPath First, List<PolicyRule> Rules, HashSet<PolicyRule> Seen)> causes = [];
        Dictionary<(RbacBinding, RbacRole), int> indexes = new(SamePair.Comparer);
        foreach (var path in paths)
        {
            var key = (path.Source.Binding, path.Source.Role);
            if (!indexes.TryGetValue(key, out var index))
            {
                indexes.Add(key, index = causes.Count);
                causes.Add((path, [], new HashSet<PolicyRule>(ReferenceEqualityComparer.Instance)));
            }

            if (causes[index].Seen.Add(path.Rule))
            {
                causes[index].Rules.Add(path.Rule);
            }
        }

        return [.. causes.Select(c => new Cause(c.First.Source.Binding, c.First.Source.Role, [.. c.Rules]))];
    }

    /// <summary>
    /// The places of the rules in words, each once, as <c>roles.yaml:3</c> and then <c>:7</c> in the same file; none where they
    /// are not known or in the default policy.
    /// </summary>
    public IEnumerable<string> RulePlaces()
    {
        string? path = null;
        foreach (var location in Rules.Select(r => r.Location).Where(l => l.IsKnown && l.Path != DefaultPolicy.Path).DistinctBy(l => (l.Path, l.Line)))
        {
            yield return location.Path == path && location.Line > 0 ? FormattableString.Invariant($":{location.Line}") : location.ToShortString();
            path = location.Path;
        }
    }

    /// <summary>Objects are told apart by themselves: two files may hold the same.</summary>
    private sealed class SamePair : IEqualityComparer<(RbacBinding Binding, RbacRole Role)>
    {
        public static SamePair Comparer { get; } = new();

        public bool Equals((RbacBinding Binding, RbacRole Role) x, (RbacBinding Binding, RbacRole Role) y) =>
            ReferenceEquals(x.Binding, y.Binding) && ReferenceEquals(x.Role, y.Role);

        public int GetHashCode((RbacBinding Binding, RbacRole Role) pair) => HashCode.Combine(
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Binding), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Role));
    }
}
