using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Lint;

/// <summary>What names something that is not there, and roles nobody names or that are there twice.</summary>
internal static class ReferenceLint
{
    /// <summary>Every cluster has these.</summary>
    private static readonly string[] _ownNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    public static IEnumerable<LintFinding> Find(LintContext context) =>
        [.. UnusedRoles(context), .. DuplicateRoles(context), .. MissingNamespaces(context.Policy), .. MissingAccounts(context.Policy)];

    private static IEnumerable<LintFinding> UnusedRoles(LintContext context)
    {
        var used = context.Policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(context.Policy.RoleBindings)
            .Select(context.Resolver.RoleOf).OfType<RbacRole>().ToHashSet<RbacRole>(ReferenceEqualityComparer.Instance);
        return context.Roles.Where(r => !used.Contains(r) && !context.IsAggregated(r) && !LintContext.IsDefault(r)).Select(r =>
            new LintFinding(r.Location, PolicyLint.UnusedRole, $"{LintContext.Name(r)} is granted by no binding{(r.IsNamespaced ? "" : " and taken by no aggregated role")}")
            {
                Severity = LintSeverity.Info,
                Advice = "Bind it, or delete it.",
                Removable = [new PolicyPart(r)],
            });
    }

    private static IEnumerable<LintFinding> DuplicateRoles(LintContext context) => context.Roles
        .Select(r => (Role: r, Nodes: r.IsNamespaced ? context.NodesOf(r) with { Urls = AccessNode.Empty } : context.NodesOf(r)))
        .Where(r => r.Nodes != RuleNodes.None)
        .GroupBy(r => (Namespace: r.Role.IsNamespaced ? r.Role.Metadata.Namespace : null, r.Nodes))
        .SelectMany(g => g.Skip(1).Where(r => !LintContext.IsDefault(r.Role)).Select(r =>
            new LintFinding(
                r.Role.Location, PolicyLint.DuplicateRole, $"{LintContext.Name(r.Role)} allows exactly what {LintContext.Name(g.First().Role)} does{LintContext.See(g.First().Role.Location)}")
            {
                Severity = LintSeverity.Info,
                Advice = "Keep one of them and bind that.",
            }));

    private static IEnumerable<LintFinding> MissingNamespaces(PolicySet policy)
    {
        var known = policy.Namespaces.Select(n => n.Name).Concat(_ownNamespaces).ToHashSet(StringComparer.Ordinal);
        return policy.Namespaces.IsEmpty
            ? []
            : policy.Objects.Where(o => o.IsNamespaced && !known.Contains(o.Metadata.Namespace) && !LintContext.IsDefault(o)).Select(o =>
                new LintFinding(o.Location, PolicyLint.DanglingNamespace, $"{LintContext.Name(o)} is in a namespace that does not exist, going by the {policy.Namespaces.Length} of the input")
                {
                    Advice = "Create the namespace, or delete what is meant for it: whoever creates it later gets all of this.",
                });
    }

    private static IEnumerable<LintFinding> MissingAccounts(PolicySet policy)
    {
        var known = policy.ServiceAccounts.Select(a => ServiceAccountNames.MakeUserName(a.Namespace, a.Name)).ToHashSet(StringComparer.Ordinal);
        return known.Count == 0
            ? []
            : policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings).Where(b => !LintContext.IsDefault(b)).SelectMany(b =>
                b.Subjects.Where(s => s.Kind == RbacNames.ServiceAccountKind && s.Name != "default" && !known.Contains(SubjectIdentity.Of(s, b).Name ?? ""))
                    .Select(s => new LintFinding(
                        s.Location.IsKnown ? s.Location : b.Location,
                        PolicyLint.DanglingServiceAccount,
                        $"{LintContext.Name(b)} names ServiceAccount `{(s.Namespace.Length > 0 ? s.Namespace : b.Metadata.Namespace)}/{s.Name}`, which does not exist, going by the {known.Count} of the input")
                    {
                        Advice = "Create the account, or delete the subject: whoever creates the account later gets all of this.",
                    }));
    }
}
