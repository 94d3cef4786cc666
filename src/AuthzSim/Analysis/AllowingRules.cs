using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Makes the bindings of one policy.</summary>
internal interface IBindingSource
{
    RbacBinding BindingAt(BindingPlace place);
}

/// <summary>
/// Finds the rules of grants that allow something in a set; what many have in common is looked for once. Not safe to share
/// between threads.
/// </summary>
/// <param name="bindings">The bindings of the grants.</param>
internal sealed class AllowingRules(IBindingSource bindings)
{
    private readonly Dictionary<(RoleDiagram, AccessNode), int[]> _inNamespace = [];

    /// <summary>The rules that allow something in a set, grant by grant.</summary>
    /// <param name="set">The set.</param>
    /// <param name="granted">What several are granted, and the subject that each is in a binding.</param>
    public ImmutableArray<AllowingPath> Of(AccessSet set, IEnumerable<(List<Grant> Grants, Func<RbacBinding, Subject> SubjectIn)> granted)
    {
        if (set.IsEmpty)
        {
            return [];
        }

        HashSet<AccessNode> anywhere = [.. set.Resources is ValueNode byNamespace ? byNamespace.Children.Prepend(byNamespace.Other) : [set.Resources]];
        Dictionary<RoleDiagram, int[]> everywhere = [];
        var paths = ImmutableArray.CreateBuilder<AllowingPath>();
        foreach (var (grants, subjectIn) in granted)
        {
            foreach (var grant in grants)
            {
                var rules = grant.Binding.IsNamespaced ? InNamespace(grant.Role, set.Resources.At(grant.Namespace)) : Everywhere(grant.Role);
                if (rules.Length == 0)
                {
                    continue;
                }

                var binding = bindings.BindingAt(grant.Binding);
                var source = new RuleSource(binding, subjectIn(binding), grant.Role.Role);
                paths.AddRange(Array.ConvertAll(rules, rule => new AllowingPath(source, source.Role.Rules[rule])));
            }
        }

        return paths.DrainToImmutable();

        int[] Everywhere(RoleDiagram role)
        {
            if (!everywhere.TryGetValue(role, out var rules))
            {
                rules = Where(role, r => NodeAlgebra.Overlap(r.Urls, set.Urls) || anywhere.Any(node => NodeAlgebra.Overlap(r.Resources, node)));
                everywhere.Add(role, rules);
            }

            return rules;
        }
    }

    private int[] InNamespace(RoleDiagram role, AccessNode node)
    {
        if (node.IsEmpty)
        {
            return [];
        }

        if (!_inNamespace.TryGetValue((role, node), out var rules))
        {
            rules = Where(role, r => NodeAlgebra.Overlap(r.Resources, node));
            _inNamespace.Add((role, node), rules);
        }

        return rules;
    }

    private static int[] Where(RoleDiagram role, Func<RuleNodes, bool> allows) =>
        [.. Enumerable.Range(0, role.Rules.Length).Where(i => allows(role.Rules[i]))];
}
