using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>One subject that may make a request, and what grants it.</summary>
/// <param name="Source">The binding, the subject as written in it, and the role.</param>
/// <param name="Rule">The first rule of the role that allows the request.</param>
public sealed record WhoCanEntry(RuleSource Source, PolicyRule Rule)
{
    /// <summary>The namespace in which the subject may: the role binding's, or <c>""</c> for everywhere.</summary>
    public string Namespace => Source.Binding.IsNamespaced ? Source.Binding.Metadata.Namespace : "";

    /// <summary>The subject's own namespace: a service account's, taken from the role binding when not written; else <c>""</c>.</summary>
    public string SubjectNamespace => Source.Subject.Kind != RbacNames.ServiceAccountKind ? ""
        : Source.Subject.Namespace.Length > 0 ? Source.Subject.Namespace : Namespace;
}

/// <summary>Answers who may make a request, with the binding, role and rule that grant it to each subject.</summary>
public static class WhoCan
{
    /// <summary>
    /// Every (binding, subject) pair that allows the request: cluster role bindings first, then role bindings, in policy
    /// order. Subjects that can match nobody (unknown kinds, a service account without a namespace in a cluster role
    /// binding) are left out. Members of <c>system:masters</c> always may and are not listed for it.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="attributes">The request; its user and namespace play no part.</param>
    /// <param name="includesNamespace">Which namespaces' role bindings count; none for a request no namespace has.</param>
    public static IEnumerable<WhoCanEntry> Find(PolicySet policy, RequestAttributes attributes, Func<string, bool> includesNamespace)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(includesNamespace);
        var resolver = new RuleResolver(policy);
        IEnumerable<RbacBinding> bindings =
            [.. policy.ClusterRoleBindings, .. policy.RoleBindings.Where(b => includesNamespace(b.Metadata.Namespace))];
        foreach (var binding in bindings)
        {
            if (resolver.RoleOf(binding) is not { } role || role.Rules.FirstOrDefault(r => RuleMatcher.RuleAllows(attributes, r)) is not { } rule)
            {
                continue;
            }

            foreach (var subject in binding.Subjects)
            {
                if (CanMatchSomebody(subject, binding))
                {
                    yield return new WhoCanEntry(new RuleSource(binding, subject, role), rule);
                }
            }
        }
    }

    /// <summary>
    /// The entries with groups replaced by the people known to be in them. A group without known members stays. Everybody
    /// in the list is in <c>system:authenticated</c>.
    /// </summary>
    /// <param name="entries">Entries of <see cref="Find"/>.</param>
    /// <param name="groupsOf">Each known person's groups.</param>
    public static IEnumerable<(WhoCanEntry Entry, string? Person)> ExpandGroups(
        IEnumerable<WhoCanEntry> entries, IReadOnlyDictionary<string, ImmutableArray<string>> groupsOf)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(groupsOf);
        var members = groupsOf
            .SelectMany(p => p.Value.Append(WellKnownUsers.Authenticated).Distinct(StringComparer.Ordinal).Select(g => (Group: g, Person: p.Key)))
            .ToLookup(p => p.Group, p => p.Person, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Source.Subject.Kind != RbacNames.GroupKind || !members.Contains(entry.Source.Subject.Name))
            {
                yield return (entry, null);
                continue;
            }

            foreach (var person in members[entry.Source.Subject.Name].Order(StringComparer.Ordinal))
            {
                yield return (entry, person);
            }
        }
    }

    /// <summary>False for a subject that no user can ever be.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="binding">The binding it stands in.</param>
    public static bool CanMatchSomebody(Subject subject, RbacBinding binding)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(binding);
        return subject.Kind switch
        {
            RbacNames.UserKind or RbacNames.GroupKind => true,
            RbacNames.ServiceAccountKind => subject.Namespace.Length > 0 || binding.IsNamespaced,
            _ => false,
        };
    }
}
