using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Where the steps of many walks went.</summary>
internal sealed class WalkTally
{
    private const int ManySubjects = 8;

    public Dictionary<string, long> BindingsByNamespace { get; } = new(StringComparer.Ordinal);

    public Dictionary<RbacBinding, long> SubjectsByBinding { get; } = new(ReferenceEqualityComparer.Instance);

    public Dictionary<RbacRole, long> RulesByRole { get; } = new(ReferenceEqualityComparer.Instance);

    public Dictionary<SubjectIdentity, long> RulesBySubject { get; } = [];

    public void Visited(string @namespace, long bindings) => Add(BindingsByNamespace, @namespace, bindings);

    /// <summary>Short lists are not worth a line, nor the time to count them.</summary>
    public void Compared(RbacBinding binding, long subjects)
    {
        if (binding.Subjects.Length >= ManySubjects)
        {
            Add(SubjectsByBinding, binding, subjects);
        }
    }

    public void Matched(RbacRole role, Subject subject, string bindingNamespace, long rules)
    {
        Add(RulesByRole, role, rules);
        Add(RulesBySubject, SubjectIdentity.Of(subject, bindingNamespace), rules);
    }

    private static void Add<TKey>(Dictionary<TKey, long> counts, TKey key, long count)
        where TKey : notnull => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += count;
}
