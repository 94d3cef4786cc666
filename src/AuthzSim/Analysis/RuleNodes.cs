using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>What rules allow wherever they apply: actions on resources (from the level of API groups down), and on URLs.</summary>
/// <param name="Resources">Actions on resources.</param>
/// <param name="Urls">Actions on URLs, which only count when the rules apply cluster-wide.</param>
internal readonly record struct RuleNodes(AccessNode Resources, AccessNode Urls)
{
    public static RuleNodes None { get; } = new(AccessNode.Empty, AccessNode.Empty);

    public static RuleNodes Of(NodeAlgebra algebra, ImmutableArray<PolicyRule> rules)
    {
        RuleNodes[] nodes = [.. rules.Select(rule => Of(algebra, rule))];
        return new RuleNodes(algebra.Union(nodes.Select(n => n.Resources)), algebra.Union(nodes.Select(n => n.Urls)));
    }

    /// <summary>One rule, side for side as <see cref="RuleMatcher"/> matches it.</summary>
    public static RuleNodes Of(NodeAlgebra algebra, PolicyRule rule)
    {
        var verbs = Matching(algebra, rule.Verbs, AccessNode.Full);
        var names = rule.ResourceNames.IsEmpty
            ? algebra.Values([], [], verbs)
            : algebra.Values(rule.ResourceNames, verbs, AccessNode.Empty);
        return new RuleNodes(Matching(algebra, rule.ApiGroups, ResourcesOf(algebra, rule.Resources, names)), algebra.Paths(rule.NonResourceUrls, verbs));
    }

    private static AccessNode Matching(NodeAlgebra algebra, ImmutableArray<string> values, AccessNode node) =>
        values.Contains(RbacNames.All) ? algebra.Values([], [], node) : algebra.Values(values, node, AccessNode.Empty);

    /// <summary>
    /// By subresource, then resource. A word with a slash matches both a resource of that very name and, split at the slash, a
    /// subresource; at each slash, since nothing says what a request may be for.
    /// </summary>
    private static AccessNode ResourcesOf(NodeAlgebra algebra, ImmutableArray<string> words, AccessNode names)
    {
        var anyResource = algebra.Values([], [], names);
        if (words.Contains(RbacNames.All))
        {
            return algebra.Values([], [], anyResource);
        }

        var bySubresource = new SortedDictionary<string, HashSet<string>?>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            Add("", word);
            for (var slash = word.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = word.IndexOf('/', slash + 1))
            {
                if (slash + 1 < word.Length)
                {
                    Add(word[(slash + 1)..], word[..slash]);
                }
            }

            if (word.Length > 2 && word.StartsWith("*/", StringComparison.Ordinal))
            {
                bySubresource[word[2..]] = null;
            }
        }

        return algebra.Values(
            [.. bySubresource.Keys],
            [.. bySubresource.Values.Select(resources => resources is null ? anyResource : algebra.Values(resources, names, AccessNode.Empty))],
            AccessNode.Empty);

        void Add(string subresource, string resource)
        {
            if (!bySubresource.TryGetValue(subresource, out var resources))
            {
                bySubresource.Add(subresource, resources = new HashSet<string>(StringComparer.Ordinal));
            }

            resources?.Add(resource);
        }
    }
}
