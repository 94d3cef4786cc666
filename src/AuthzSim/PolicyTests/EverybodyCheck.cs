using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>
/// Finds everybody whom some binding lets do something of a set. RBAC only adds up, so a user may do a thing exactly when one
/// of its identities may: looking at each subject of each binding proves it for all users, whatever groups they are in.
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="defaults">What the default policy grants; null to count that too.</param>
/// <param name="access">The diagrams of roles.</param>
internal sealed class EverybodyCheck(PolicySet policy, GrantIndex? defaults, RoleAccess access)
{
    private readonly RuleResolver _resolver = new(policy);

    /// <summary>A finding for every subject that is not exempt and may do something of the set, for each of its bindings.</summary>
    public List<TestFinding> Find(AccessSet set, Exemptions exempt, TouchedRules? touched)
    {
        List<TestFinding> findings = [];
        var roles = new Dictionary<RbacRole, Dictionary<string, AccessSet>>(ReferenceEqualityComparer.Instance);
        foreach (var binding in policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings))
        {
            if (_resolver.RoleOf(binding) is not { } role || (binding.IsNamespaced && binding.Metadata.Namespace.Length == 0))
            {
                continue;
            }

            if (!roles.TryGetValue(role, out var scopes))
            {
                roles.Add(role, scopes = new(StringComparer.Ordinal));
            }

            // Most roles have nothing to do with the set, in whatever namespace they are granted.
            var everywhere = GrantedOf(scopes, null, role, set);
            if (everywhere.IsEmpty)
            {
                continue;
            }

            var granted = binding.IsNamespaced ? GrantedOf(scopes, binding.Metadata.Namespace, role, set) : everywhere;
            if (!granted.IsEmpty)
            {
                Find(binding, role, granted, exempt, touched, findings);
            }
        }

        return findings;
    }

    private void Find(
        RbacBinding binding, RbacRole role, AccessSet granted, Exemptions exempt, TouchedRules? touched, List<TestFinding> findings)
    {
        foreach (var subject in binding.Subjects)
        {
            var identity = SubjectIdentity.Of(subject, binding);
            if (identity == SubjectIdentity.Nobody)
            {
                continue;
            }

            foreach (var rule in touched is null ? [] : role.Rules.Where(r => !Common(GrantOf(ScopeOf(binding), access.Of(r)), granted).IsEmpty))
            {
                touched!.Add(new AllowingPath(new RuleSource(binding, subject, role), rule));
            }

            if (exempt.Contains(identity))
            {
                continue;
            }

            var left = defaults?.Contains(identity) == true ? granted.Except(defaults.Of(identity)) : granted;
            if (!left.IsEmpty)
            {
                findings.Add(Violation(binding, subject, role, identity, left));
            }
        }
    }

    private static TestFinding Violation(RbacBinding binding, Subject subject, RbacRole role, SubjectIdentity identity, AccessSet left)
    {
        var user = identity.IsGroup
            ? new UserInfo { Groups = [identity.Name!, .. Asker.ImpliedBy(identity.Name!)] }
            : identity.Name!.Length == 0 ? new UserInfo() : UserInfo.Impersonated(identity.Name!);
        var request = ActionFinder.Find(left, user);
        var source = new RuleSource(binding, subject, role);
        var named = subject.Kind == RbacNames.ServiceAccountKind && subject.Namespace.Length == 0
            ? subject with { Namespace = binding.Metadata.Namespace }
            : subject;
        return new TestFinding(FindingKind.Allowed, named)
        {
            Request = request,
            Access = left,
            Paths = [.. role.Rules.Where(r => RuleMatcher.RuleAllows(request, r)).Select(r => new AllowingPath(source, r))],
        };
    }

    private static string? ScopeOf(RbacBinding binding) => binding.IsNamespaced ? binding.Metadata.Namespace : null;

    private AccessSet GrantedOf(Dictionary<string, AccessSet> scopes, string? @namespace, RbacRole role, AccessSet set)
    {
        if (!scopes.TryGetValue(@namespace ?? "", out var granted))
        {
            scopes.Add(@namespace ?? "", granted = Common(GrantOf(@namespace, access.Of(role)), set));
        }

        return granted;
    }

    private AccessSet Common(AccessSet a, AccessSet b) =>
        new(access.Algebra.Intersect(a.Resources, b.Resources), access.Algebra.Intersect(a.Urls, b.Urls));

    private AccessSet GrantOf(string? @namespace, RuleNodes nodes) => @namespace is null
        ? new AccessSet(access.Algebra.Values([], [], nodes.Resources), nodes.Urls)
        : new AccessSet(access.Algebra.Values([@namespace], nodes.Resources, AccessNode.Empty), AccessNode.Empty);
}
