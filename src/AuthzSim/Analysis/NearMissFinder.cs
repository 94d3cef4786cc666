using System.Collections.Immutable;
using System.Numerics;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>Finds the rules and bindings that come nearest to allowing a request.</summary>
internal static class NearMissFinder
{
    /// <summary>The misses with the fewest mismatches (one, or two when there is none with one), nearest first.</summary>
    public static ImmutableArray<NearMiss> Find(PolicySet policy, RuleResolver resolver, RequestAttributes request)
    {
        List<NearMiss> misses = [.. OwnMisses(policy, resolver, request), .. OtherSubjects(resolver, request)];
        var single = misses.Where(m => BitOperations.PopCount((uint)m.Mismatches) == 1).ToList();
        var nearest = single.Count > 0 ? single : misses.Where(m => BitOperations.PopCount((uint)m.Mismatches) == 2);
        return [.. nearest.OrderBy(m => Distance(m.Mismatches))];
    }

    /// <summary>Rules of bindings that are the user's own, in any namespace, and references of them that lead nowhere.</summary>
    private static IEnumerable<NearMiss> OwnMisses(PolicySet policy, RuleResolver resolver, RequestAttributes request)
    {
        foreach (RbacBinding binding in (IEnumerable<RbacBinding>)[.. policy.ClusterRoleBindings, .. policy.RoleBindings])
        {
            if (RuleResolver.FirstSubjectOf(binding, request.User) is not { } subject)
            {
                continue;
            }

            var scope = InScope(binding, request) ? Mismatches.None : Mismatches.Namespace;
            if (resolver.RoleOf(binding) is not { } role)
            {
                yield return new NearMiss(binding, subject, null, null, scope | Mismatches.MissingRole);
                continue;
            }

            foreach (var rule in role.Rules)
            {
                if (MismatchesOf(rule, request) is { } mismatches)
                {
                    yield return new NearMiss(binding, subject, role, rule, scope | mismatches);
                }
            }
        }
    }

    /// <summary>Bindings in scope that would allow the request, were the user their subject.</summary>
    private static IEnumerable<NearMiss> OtherSubjects(RuleResolver resolver, RequestAttributes request)
    {
        foreach (var binding in resolver.BindingsFor(request.Namespace))
        {
            if (resolver.RoleOf(binding) is not { } role || role.Rules.FirstOrDefault(r => RuleMatcher.RuleAllows(request, r)) is not { } rule)
            {
                continue;
            }

            foreach (var subject in binding.Subjects)
            {
                // Everybody knows that a member of system:masters may: the hint would follow every "no".
                if (subject is { Kind: RbacNames.GroupKind, Name: not RbacNames.SystemMasters })
                {
                    yield return new NearMiss(binding, subject, role, rule, Mismatches.Subject);
                }
            }
        }
    }

    private static bool InScope(RbacBinding binding, in RequestAttributes request) =>
        !binding.IsNamespaced || (request.Namespace.Length > 0 && binding.Metadata.Namespace == request.Namespace);

    /// <summary>Null when the rule is about something else: paths against resources, other resources, or quite other paths.</summary>
    private static Mismatches? MismatchesOf(PolicyRule rule, in RequestAttributes request)
    {
        var result = RuleMatcher.VerbMatches(rule, request.Verb) ? Mismatches.None : Mismatches.Verb;
        if (!request.IsResourceRequest)
        {
            return result | PathMismatch(rule, request.Path);
        }

        result |= RuleMatcher.ApiGroupMatches(rule, request.ApiGroup) ? Mismatches.None : Mismatches.ApiGroup;
        result |= RuleMatcher.ResourceNameMatches(rule, request.Name) ? Mismatches.None : Mismatches.ResourceName;
        return result | ResourceMismatch(rule, request);
    }

    private static Mismatches? ResourceMismatch(PolicyRule rule, in RequestAttributes request)
    {
        var combined = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        if (RuleMatcher.ResourceMatches(rule, combined, request.Subresource))
        {
            return Mismatches.None;
        }

        var resource = request.Resource;
        return rule.Resources.Any(r => r == resource || r.StartsWith(resource + "/", StringComparison.Ordinal)) ? Mismatches.Subresource : null;
    }

    /// <summary>A path that begins with the same segment is near, <c>/metrics/slis</c> to <c>/metrics</c>.</summary>
    private static Mismatches? PathMismatch(PolicyRule rule, string path)
    {
        if (RuleMatcher.NonResourceUrlMatches(rule, path))
        {
            return Mismatches.None;
        }

        var segment = FirstSegment(path);
        return segment.Length > 0 && rule.NonResourceUrls.Any(u => FirstSegment(u.TrimEnd('*')) == segment) ? Mismatches.Path : null;
    }

    private static string FirstSegment(string path) => path.TrimStart('/').Split('/')[0];

    /// <summary>What a reader most likely meant comes first; more mismatches come later.</summary>
    private static int Distance(Mismatches mismatches)
    {
        ReadOnlySpan<Mismatches> nearestFirst =
        [
            Mismatches.MissingRole, Mismatches.Verb, Mismatches.Subresource, Mismatches.ResourceName, Mismatches.Namespace,
            Mismatches.ApiGroup, Mismatches.Path, Mismatches.Subject,
        ];
        var distance = BitOperations.PopCount((uint)mismatches) << nearestFirst.Length;
        for (var i = 0; i < nearestFirst.Length; i++)
        {
            distance += (mismatches & nearestFirst[i]) != 0 ? 1 << i : 0;
        }

        return distance;
    }
}
