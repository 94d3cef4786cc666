using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Analysis;

/// <summary>Rules in a scope, with the set they make.</summary>
/// <param name="Scope">The namespace of the binding; <c>""</c> for cluster-wide.</param>
/// <param name="Rules">The rules.</param>
public sealed record ScopedRules(string Scope, ImmutableArray<PolicyRule> Rules)
{
    public AccessSet Set => Scope.Length == 0 ? AccessSet.ClusterWide(Rules) : AccessSet.InNamespace(Scope, Rules);

    /// <summary>What the specification says of one request.</summary>
    public bool Allow(RequestAttributes request) =>
        RuleMatcher.RulesAllow(request, Rules) && (Scope.Length == 0 || (request.IsResourceRequest && request.Namespace == Scope));

    /// <summary>The parts of every rule as rules of their own: single words, in another order.</summary>
    public ScopedRules Split() => this with { Rules = [.. Rules.SelectMany(PolicyComparator.BreakdownRule).Reverse()] };
}

/// <summary>An expression over sets, so that sets of every shape occur, complements among them.</summary>
/// <param name="Parts">Sets made of rules; the first is where the expression begins.</param>
/// <param name="Operations">How each further one is joined.</param>
public sealed record AccessExpression(ImmutableArray<ScopedRules> Parts, ImmutableArray<SetOperation> Operations)
{
    public AccessSet Set
    {
        get
        {
            var set = Parts[0].Set;
            for (var i = 1; i < Parts.Length; i++)
            {
                set = Operations[i - 1] switch
                {
                    SetOperation.Union => set.Union(Parts[i].Set),
                    SetOperation.Intersect => set.Intersect(Parts[i].Set),
                    SetOperation.Except => set.Except(Parts[i].Set),
                    _ => Parts[i].Set.Except(set),
                };
            }

            return set;
        }
    }

    /// <summary>What the specification says of one request.</summary>
    public bool Allow(RequestAttributes request)
    {
        var allows = Parts[0].Allow(request);
        for (var i = 1; i < Parts.Length; i++)
        {
            var part = Parts[i].Allow(request);
            allows = Operations[i - 1] switch
            {
                SetOperation.Union => allows || part,
                SetOperation.Intersect => allows && part,
                SetOperation.Except => allows && !part,
                _ => part && !allows,
            };
        }

        return allows;
    }
}

/// <summary>Two sets are joined so.</summary>
public enum SetOperation
{
    /// <summary>Either.</summary>
    Union,

    /// <summary>Both.</summary>
    Intersect,

    /// <summary>The left less the right.</summary>
    Except,

    /// <summary>The right less the left.</summary>
    ExceptFrom,
}

/// <summary>Sets, expressions over them and requests that meet them.</summary>
public static class AccessSets
{
    public static Gen<ScopedRules> Rules { get; } =
        from scope in Gen.Elements("", "", "ns1", "ns2")
        from rules in PolicyGenerators.Many(PolicyGenerators.Rule, 0, 3)
        select new ScopedRules(scope, [.. rules]);

    public static Gen<AccessExpression> Expression { get; } =
        from parts in PolicyGenerators.Many(Rules, 1, 4)
        from operations in Gen.ArrayOf(
            Gen.Elements(SetOperation.Union, SetOperation.Union, SetOperation.Intersect, SetOperation.Except, SetOperation.Except, SetOperation.ExceptFrom),
            parts.Length - 1)
        select new AccessExpression([.. parts], [.. operations]);

    public static Arbitrary<ScopedRules> ScopedRules() => Arb.From(Rules, s => PolicyShrinkers.Shorter(s.Rules, PolicyShrinkers.Rule).Select(r => s with { Rules = r }));

    public static Arbitrary<AccessExpression> Expressions() => Arb.From(Expression, Shrink);

    /// <summary>Requests at a rule, in any namespace.</summary>
    public static Gen<RequestAttributes> RequestAt(ImmutableArray<PolicyRule> rules) => rules.IsEmpty
        ? PolicyGenerators.Request
        : from rule in Gen.Elements(rules.ToArray())
          from request in AimedRequests.At(rule)
          from @namespace in Gen.Elements(Alphabets.Namespaces)
          select request.IsResourceRequest ? request with { Namespace = @namespace } : request;

    /// <summary>A request for something in the rule: what it names, or, where it is open, a word of the alphabets or of nobody's.</summary>
    public static Gen<RequestAttributes> RequestWithin(AccessRule rule) => rule is UrlAccessRule url
        ? from verb in ValueOf(url.Verbs, Alphabets.Verbs)
          from path in PathOf(url.Urls)
          select RequestAttributes.ForPath(UserInfo.Of(""), verb, path)
        : RequestWithin((ResourceAccessRule)rule);

    private static Gen<RequestAttributes> RequestWithin(ResourceAccessRule rule) =>
        from verb in ValueOf(rule.Verbs, Alphabets.Verbs)
        from @namespace in ValueOf(rule.Namespaces, Alphabets.Namespaces)
        from apiGroup in ValueOf(rule.ApiGroups, Alphabets.ApiGroups)
        from selection in Gen.Elements(rule.Resources.ToArray())
        from resource in ValueOf(selection.Resources, [.. Alphabets.Resources, .. Alphabets.RuleResources])
        from subresource in ValueOf(selection.Subresources, Alphabets.Subresources)
        from name in ValueOf(rule.ResourceNames, Alphabets.Names)
        select RequestAttributes.ForResource(UserInfo.Of(""), verb, resource, apiGroup, @namespace, subresource, name);

    private static Gen<string> ValueOf(ValueSet set, string[] alphabet) =>
        Gen.Elements((set.IsComplement ? alphabet.Append("unheard-of").Where(set.Contains) : set.Values).ToArray());

    private static Gen<string> PathOf(UrlSet urls) => Gen.Elements(
        urls.Patterns.Where(p => p.IsIncluded).Select(p => p.IsPrefix ? p.Text + "☃" : p.Text)
            .Concat(Alphabets.Paths.Concat(Alphabets.Urls).Where(urls.Contains)).ToArray());

    private static IEnumerable<AccessExpression> Shrink(AccessExpression expression) =>
    [
        .. expression.Parts.Length == 1
            ? []
            : Enumerable.Range(1, expression.Parts.Length - 1)
                .Select(i => new AccessExpression(expression.Parts.RemoveAt(i), expression.Operations.RemoveAt(i - 1)))
                .Prepend(new AccessExpression(expression.Parts.RemoveAt(0), expression.Operations.RemoveAt(0))),
        .. expression.Parts.SelectMany((part, i) => PolicyShrinkers.Shorter(part.Rules, PolicyShrinkers.Rule)
            .Select(rules => expression with { Parts = expression.Parts.SetItem(i, part with { Rules = rules }) })),
    ];
}
