using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Lint;

/// <summary>
/// Rules, subjects and bindings that may go, all together, without a change for anybody. Each is looked at while those found
/// before are gone already; and what is needed then stays needed when more goes, so nothing else may go after that.
/// </summary>
internal sealed class RedundancyLint
{
    private readonly LintContext _context;
    private readonly Dictionary<SubjectIdentity, IdentityGrants> _grants;
    private readonly Dictionary<RbacRole, HashSet<int>> _goneRules = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<RbacRole, RuleNodes> _reduced = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<RbacBinding, Dictionary<int, string>> _goneSubjects = new(ReferenceEqualityComparer.Instance);
    private readonly List<LintFinding> _rules = [];

    public RedundancyLint(LintContext context, Dictionary<SubjectIdentity, IdentityGrants> grants) => (_context, _grants) = (context, grants);

    private NodeAlgebra Algebra => _context.Algebra;

    public IEnumerable<LintFinding> Find()
    {
        foreach (var role in _context.Roles.Where(IsEditable))
        {
            FindWithinRole(role);
        }

        foreach (var binding in _context.Bindings)
        {
            FindWithinBinding(binding);
        }

        foreach (var (_, grants) in _grants)
        {
            var cluster = FindAmong(grants.ClusterWide, RuleNodes.None, null);
            foreach (var (_, entries) in grants.ByNamespace)
            {
                FindAmong(entries, new RuleNodes(cluster.Resources, AccessNode.Empty), grants.ClusterWide);
            }
        }

        FindCoveredRules();
        return _rules.Concat(_context.Bindings.SelectMany(FindingsOf));
    }

    private static bool IsEditable(RbacRole role) => !LintContext.IsDefault(role) && !LintContext.IsAggregate(role);

    /// <summary>What a role gives in a scope, without the rules that are gone.</summary>
    private RuleNodes Of(RbacRole role, bool isNamespaced)
    {
        var nodes = _reduced.TryGetValue(role, out var reduced) ? reduced : _context.NodesOf(role);
        return isNamespaced ? nodes with { Urls = AccessNode.Empty } : nodes;
    }

    private RuleNodes Union(RuleNodes a, RuleNodes b) => new(Algebra.Union(a.Resources, b.Resources), Algebra.Union(a.Urls, b.Urls));

    private static bool IsSubset(RuleNodes a, RuleNodes b) => NodeAlgebra.IsSubset(a.Resources, b.Resources) && NodeAlgebra.IsSubset(a.Urls, b.Urls);

    private void FindWithinRole(RbacRole role)
    {
        RuleNodes[] nodes = [.. Enumerable.Range(0, role.Rules.Length).Select(i => _context.NodesOf(role, i))];
        foreach (var place in Needless(nodes, RuleNodes.None, _ => true))
        {
            var outer = Enumerable.Range(0, nodes.Length).FirstOrDefault(i => i != place && !IsGone(role, i) && IsSubset(nodes[place], nodes[i]), -1);
            SetGone(role, place);
            var (code, why) = nodes[place] == RuleNodes.None ? (PolicyLint.RedundantRule, "allows nothing")
                : outer >= 0 ? (PolicyLint.ShadowedRule, $"allows nothing beyond rules[{outer}] of the same role{LintContext.See(role.Rules[outer].Location)}")
                : (PolicyLint.RedundantRule, "allows nothing beyond the other rules of the same role together");
            Add(role, place, code, why);
        }
    }

    /// <summary>The places, from the end, of what the others and a base hold already, each while those before it are gone.</summary>
    private List<int> Needless(RuleNodes[] nodes, RuleNodes @base, Func<int, bool> mayGo)
    {
        var before = new RuleNodes[nodes.Length + 1];
        before[0] = @base;
        for (var i = 0; i < nodes.Length; i++)
        {
            before[i + 1] = Union(before[i], nodes[i]);
        }

        List<int> needless = [];
        var after = RuleNodes.None;
        for (var i = nodes.Length - 1; i >= 0; i--)
        {
            if (mayGo(i) && IsSubset(nodes[i], Union(before[i], after)))
            {
                needless.Add(i);
            }
            else
            {
                after = Union(after, nodes[i]);
            }
        }

        return needless;
    }

    private void FindWithinBinding(RbacBinding binding)
    {
        HashSet<SubjectIdentity> seen = [];
        for (var i = 0; i < binding.Subjects.Length && !LintContext.IsDefault(binding); i++)
        {
            var identity = SubjectIdentity.Of(binding.Subjects[i], binding);
            if (identity == SubjectIdentity.Nobody)
            {
                Gone(binding, i, "is nobody");
            }
            else if (!seen.Add(identity))
            {
                Gone(binding, i, PolicyLint.DuplicateSubject);
            }
        }
    }

    private RuleNodes FindAmong(List<GrantEntry> entries, RuleNodes @base, List<GrantEntry>? wider)
    {
        RuleNodes[] nodes = [.. entries.Select(e => Of(e.Role, e.Binding.IsNamespaced))];
        if (nodes.Length == 1 && !IsSubset(nodes[0], @base))
        {
            return nodes[0];
        }

        var needless = Needless(nodes, @base, i => !entries[i].IsDefault);
        foreach (var place in needless)
        {
            var entry = entries[place];
            if (nodes[place] == RuleNodes.None)
            {
                Gone(entry.Binding, entry.Subject, $"gets nothing: {LintContext.Name(entry.Role)} allows nothing here");
                continue;
            }

            var one = entries.Where((e, i) => !needless.Contains(i) && IsSubset(nodes[place], nodes[i])).Select(e => e.Binding)
                .Concat((wider ?? []).Where(e => !IsGone(e) && IsSubset(nodes[place], Of(e.Role, true))).Select(e => e.Binding)).FirstOrDefault();
            Gone(entry.Binding, entry.Subject, one is null
                ? "has all of it through other bindings together"
                : $"has all of it through {LintContext.Name(one)}{LintContext.See(one.Location)}");
        }

        return entries.Where((_, i) => !needless.Contains(i)).Aggregate(RuleNodes.None, (sum, e) => Union(sum, Of(e.Role, e.Binding.IsNamespaced)));
    }

    /// <summary>Rules that everybody who has the role has by other bindings too.</summary>
    private void FindCoveredRules()
    {
        Dictionary<RbacRole, List<(SubjectIdentity Identity, string? Namespace)>> holders = new(ReferenceEqualityComparer.Instance);
        foreach (var (identity, grants) in _grants)
        {
            foreach (var entry in grants.ClusterWide.Concat(grants.ByNamespace.Values.SelectMany(e => e)).Where(e => !IsGone(e) && IsEditable(e.Role)))
            {
                if (!holders.TryGetValue(entry.Role, out var list))
                {
                    holders.Add(entry.Role, list = []);
                }

                list.Add((identity, entry.Binding.IsNamespaced ? entry.Binding.Metadata.Namespace : null));
            }
        }

        foreach (var (role, list) in holders)
        {
            if (!_context.IsAggregated(role))
            {
                FindCoveredRules(role, list);
            }
        }
    }

    private void FindCoveredRules(RbacRole role, List<(SubjectIdentity Identity, string? Namespace)> holders)
    {
        // What each holder has besides must hold all that the role's other rules do not. On URLs a holder in a namespace has nothing to lose.
        List<(RuleNodes Others, bool IsNamespaced)> others = new(holders.Count);
        foreach (var (identity, @namespace) in holders)
        {
            var grants = _grants[identity];
            var entries = grants.ClusterWide.Concat(@namespace is null ? [] : grants.ByNamespace[@namespace])
                .Where(e => !ReferenceEquals(e.Role, role) && !IsGone(e)).ToList();
            if (entries.Count == 0 && (@namespace is null || Of(role, isNamespaced: false).Urls.IsEmpty))
            {
                return;
            }

            others.Add((entries.Aggregate(RuleNodes.None, (sum, e) => Union(sum, Of(e.Role, e.Binding.IsNamespaced))), @namespace is not null));
        }

        var before = new RuleNodes[role.Rules.Length + 1];
        before[0] = RuleNodes.None;
        for (var i = 0; i < role.Rules.Length; i++)
        {
            before[i + 1] = IsGone(role, i) ? before[i] : Union(before[i], _context.NodesOf(role, i));
        }

        var after = RuleNodes.None;
        for (var i = role.Rules.Length - 1; i >= 0; i--)
        {
            if (IsGone(role, i))
            {
                continue;
            }

            var (own, rest) = (_context.NodesOf(role, i), Union(before[i], after));
            var delta = new RuleNodes(Algebra.Except(own.Resources, rest.Resources), Algebra.Except(own.Urls, rest.Urls));
            if (others.TrueForAll(o => IsSubset(o.IsNamespaced ? delta with { Urls = AccessNode.Empty } : delta, o.Others)))
            {
                SetGone(role, i);
                _reduced[role] = rest;
                Add(role, i, PolicyLint.RedundantRule, "allows nothing that those who have the role do not have by other bindings, too");
            }
            else
            {
                after = Union(after, own);
            }
        }
    }

    private void SetGone(RbacRole role, int rule)
    {
        if (!_goneRules.TryGetValue(role, out var gone))
        {
            _goneRules.Add(role, gone = []);
        }

        gone.Add(rule);
    }

    private void Gone(RbacBinding binding, int subject, string why)
    {
        if (!_goneSubjects.TryGetValue(binding, out var gone))
        {
            _goneSubjects.Add(binding, gone = []);
        }

        gone[subject] = why;
    }

    private bool IsGone(RbacRole role, int rule) => _goneRules.TryGetValue(role, out var gone) && gone.Contains(rule);

    private bool IsGone(GrantEntry entry) => _goneSubjects.TryGetValue(entry.Binding, out var gone) && gone.ContainsKey(entry.Subject);

    private void Add(RbacRole role, int place, string code, string why) => _rules.Add(new LintFinding(
        role.Rules[place].Location, code, $"rules[{place}] of {LintContext.Name(role)} {why}")
    {
        Advice = "Delete the rule: nobody loses anything.",
        Removable = [new PolicyPart(role, Rule: place)],
    });

    private IEnumerable<LintFinding> FindingsOf(RbacBinding binding)
    {
        if (!_goneSubjects.TryGetValue(binding, out var gone))
        {
            return [];
        }

        if (gone.Count == binding.Subjects.Length)
        {
            string[] reasons = [.. gone.OrderBy(g => g.Key).Select(g => g.Value).Where(w => w != PolicyLint.DuplicateSubject).Distinct(StringComparer.Ordinal)];
            var who = binding.Subjects.Length == 1 ? LintContext.Name(Resolved(binding, 0)) : $"each of its {binding.Subjects.Length} subjects";
            return
            [
                new LintFinding(binding.Location, PolicyLint.RedundantBinding, $"{LintContext.Name(binding)} gives nothing new: {who} {(reasons is [var only] ? only : "has all of it through other bindings")}")
                {
                    Advice = "Delete the binding: nobody loses anything.",
                    Removable = [new PolicyPart(binding)],
                },
            ];
        }

        return gone.OrderBy(g => g.Key).Select(g => new LintFinding(
            binding.Subjects[g.Key].Location is { IsKnown: true } place ? place : binding.Location,
            g.Value == PolicyLint.DuplicateSubject ? PolicyLint.DuplicateSubject : PolicyLint.RedundantSubject,
            $"subjects[{g.Key}] of {LintContext.Name(binding)}, {LintContext.Name(Resolved(binding, g.Key))}, {(g.Value == PolicyLint.DuplicateSubject ? "is named there already" : g.Value)}")
        {
            Advice = "Delete the subject: nobody loses anything.",
            Removable = [new PolicyPart(binding, Subject: g.Key)],
        });
    }

    private static Subject Resolved(RbacBinding binding, int place) => binding.Subjects[place] is { Kind: RbacNames.ServiceAccountKind, Namespace: "" } account
        ? account with { Namespace = binding.Metadata.Namespace }
        : binding.Subjects[place];
}
