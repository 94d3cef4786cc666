using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Analysis;

/// <summary>
/// A user's rules as <c>kubectl auth can-i --list</c> lists them: broken down to single groups, resources and names, verbs
/// of the same resource gathered, sorted (upstream: <c>kubectl/pkg/util/rbac/rbac.go</c> and <c>kubectl/pkg/cmd/auth/cani.go</c>).
/// Rules that others cover keep their own lines, and lines of non-resource URLs are never gathered.
/// </summary>
public static class RuleListing
{
    /// <summary>Lists all rules a user has in a namespace.</summary>
    /// <param name="resolver">The policy's walk.</param>
    /// <param name="user">The user.</param>
    /// <param name="namespace">The namespace, <c>""</c> for what cluster role bindings give.</param>
    public static ImmutableArray<ListedRule> RulesFor(RuleResolver resolver, UserInfo user, string @namespace)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return Of(resolver.VisitRulesFor(user, @namespace));
    }

    /// <summary>Lists the rules that a user has in a namespace through its role bindings, cluster-wide rules left out.</summary>
    /// <param name="resolver">The policy's walk.</param>
    /// <param name="user">The user.</param>
    /// <param name="namespace">The namespace.</param>
    public static ImmutableArray<ListedRule> NamespacedRulesFor(RuleResolver resolver, UserInfo user, string @namespace)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return Of(resolver.VisitRulesFor(user, @namespace).Where(v => v.Source is { Binding.IsNamespaced: true }));
    }

    private static ImmutableArray<ListedRule> Of(IEnumerable<RuleVisit> visits)
    {
        List<(RuleSource Source, PolicyRule Rule)> granted = [.. visits.Where(v => v.Rule is not null).Select(v => (v.Source!, v.Rule!))];
        List<Line> urlLines = [];
        Dictionary<(string Group, string Resource, string? Name), Line> resourceLines = [];
        List<Line> inOrder = [];
        foreach (var (source, rule) in granted)
        {
            foreach (var single in PolicyComparator.BreakdownRule(rule))
            {
                if (!single.NonResourceUrls.IsEmpty)
                {
                    urlLines.Add(new Line(single, source));
                    continue;
                }

                var key = (single.ApiGroups[0], single.Resources[0], single.ResourceNames.FirstOrDefault());
                if (resourceLines.TryGetValue(key, out var line))
                {
                    line.Add(single.Verbs[0], source);
                }
                else
                {
                    line = new Line(single, source);
                    resourceLines.Add(key, line);
                    inOrder.Add(line);
                }
            }
        }

        return
        [
            .. urlLines.Concat(inOrder)
                .Select(l => l.ToListedRule())
                .Select(l => (Listed: l, Key: ProtobufText(l.Rule)))
                .OrderBy(l => l.Key, Comparer<string>.Create(GoText.CompareBytes))
                .Select(l => l.Listed),
        ];
    }

    /// <summary>The text Go's protobuf code prints for a rule, which is the order of the list.</summary>
    private static string ProtobufText(PolicyRule rule) =>
        $"&PolicyRule{{Verbs:{GoText.List(rule.Verbs.AsSpan())},APIGroups:{GoText.List(rule.ApiGroups.AsSpan())},"
        + $"Resources:{GoText.List(rule.Resources.AsSpan())},ResourceNames:{GoText.List(rule.ResourceNames.AsSpan())},"
        + $"NonResourceURLs:{GoText.List(rule.NonResourceUrls.AsSpan())},}}";

    /// <summary>A line while its verbs and sources are gathered.</summary>
    private sealed class Line(PolicyRule first, RuleSource source)
    {
        private readonly List<string> _verbs = [.. first.Verbs];
        private readonly List<RuleSource> _sources = [source];

        public void Add(string verb, RuleSource source)
        {
            if (!_verbs.Contains(verb))
            {
                _verbs.Add(verb);
            }

            if (!_sources.Exists(s => ReferenceEquals(s.Binding, source.Binding)))
            {
                _sources.Add(source);
            }
        }

        public ListedRule ToListedRule() => new(first with { Verbs = [.. _verbs] }, [.. _sources]);
    }
}

/// <summary>One line of the list.</summary>
/// <param name="Rule">
/// One group, one resource, at most one name and the verbs in order of arrival; or one non-resource URL and one verb.
/// </param>
/// <param name="Sources">The bindings that grant any of it, in walk order.</param>
public sealed record ListedRule(PolicyRule Rule, ImmutableArray<RuleSource> Sources)
{
    /// <summary>
    /// The line's first column, <c>deployments.apps/scale</c>; <c>""</c> for a non-resource URL (upstream:
    /// <c>printAccess</c> of <c>kubectl/pkg/cmd/auth/cani.go</c>).
    /// </summary>
    public string CombinedResource
    {
        get
        {
            if (Rule.Resources.IsEmpty)
            {
                return "";
            }

            var (resource, group) = (Rule.Resources[0], Rule.ApiGroups[0]);
            var slash = resource.IndexOf('/', StringComparison.Ordinal);
            return group.Length == 0 ? resource
                : slash < 0 ? $"{resource}.{group}"
                : $"{resource[..slash]}.{group}{resource[slash..]}";
        }
    }
}
