using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Usages;

/// <summary>What a rule of a binding's role was used for.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Requests">How many allowed requests it allows.</param>
public sealed record RuleUsage(PolicyRule Rule, long Requests);

/// <summary>What a binding was used for.</summary>
/// <param name="Binding">The binding.</param>
/// <param name="Role">Its role; null when that does not exist.</param>
/// <param name="Requests">How many allowed requests it allows.</param>
/// <param name="Alone">How many of them nothing else allows: they would be denied without it.</param>
/// <param name="Last">When the last of them was made; null without any.</param>
/// <param name="Rules">The rules of the role, in its order.</param>
/// <param name="UnusedSubjects">The subjects of which no request was seen that the binding allows.</param>
public sealed record BindingUsage(
    RbacBinding Binding, RbacRole? Role, long Requests, long Alone, DateTimeOffset? Last, ImmutableArray<RuleUsage> Rules, ImmutableArray<Subject> UnusedSubjects);

/// <summary>What the bindings and rules of a policy were used for by the requests of a log.</summary>
public static class PolicyUsage
{
    /// <summary>The usage of every binding, in policy order. A request counts for each binding and rule that allows it, not only the one the server names.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="seen">The requests; those that were refused count for nothing.</param>
    public static ImmutableArray<BindingUsage> Of(PolicySet policy, IEnumerable<SeenRequest> seen)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(seen);
        var index = new GrantIndex(policy, new RoleAccess());
        Dictionary<RbacBinding, Tally> tallies = new(ReferenceEqualityComparer.Instance);
        foreach (var request in seen.Where(s => s.WasAllowed))
        {
            var byBinding = index.Allowing(request.Request).GroupBy(p => p.Source.Binding, ReferenceEqualityComparer.Instance).ToList();
            foreach (var paths in byBinding)
            {
                var binding = paths.First().Source.Binding;
                if (!tallies.TryGetValue(binding, out var tally))
                {
                    tallies.Add(binding, tally = new Tally());
                }

                tally.Add(request, paths, isAlone: byBinding.Count == 1);
            }
        }

        var resolver = new RuleResolver(policy);
        return
        [
            .. policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings)
                .Select(b => (tallies.GetValueOrDefault(b) ?? new Tally()).ToUsage(b, resolver.RoleOf(b))),
        ];
    }

    private sealed class Tally
    {
        private readonly Dictionary<PolicyRule, long> _rules = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<Subject> _subjects = [];
        private long _requests;
        private long _alone;
        private DateTimeOffset? _last;

        public void Add(SeenRequest request, IEnumerable<AllowingPath> paths, bool isAlone)
        {
            _requests += request.Count;
            _alone += isAlone ? request.Count : 0;
            _last = _last is null || request.Last > _last ? request.Last : _last;
            HashSet<PolicyRule> counted = new(ReferenceEqualityComparer.Instance);
            foreach (var path in paths)
            {
                _subjects.Add(path.Source.Subject);
                if (counted.Add(path.Rule))
                {
                    _rules[path.Rule] = _rules.GetValueOrDefault(path.Rule) + request.Count;
                }
            }
        }

        public BindingUsage ToUsage(RbacBinding binding, RbacRole? role) => new(
            binding, role, _requests, _alone, _last,
            role is null ? [] : [.. role.Rules.Select(r => new RuleUsage(r, _rules.GetValueOrDefault(r)))],
            [.. binding.Subjects.Where(s => !_subjects.Contains(s))]);
    }
}
