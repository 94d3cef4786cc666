using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Laws;

/// <summary>Rules someone holds and rules to be granted; often the latter are pieces of the former.</summary>
/// <param name="Owner">The rules held.</param>
/// <param name="Servant">The rules to be granted.</param>
/// <param name="Requests">Requests aimed at the latter.</param>
public sealed record RulePair(
    ImmutableArray<PolicyRule> Owner, ImmutableArray<PolicyRule> Servant, ImmutableArray<RequestAttributes> Requests)
{
    public static Gen<RulePair> Any { get; } =
        from owner in PolicyGenerators.Many(PolicyGenerators.Rule, 1, 4)
        from servant in Gen.Frequency((1, PolicyGenerators.Many(PolicyGenerators.Rule, 1, 2)), (2, PolicyGenerators.Many(PieceOf(owner), 1, 3)))
        from requests in Gen.ArrayOf(Gen.Elements(servant).SelectMany(AimedRequests.At), Questions.RequestCount)
        select new RulePair([.. owner], [.. servant], [.. requests]);

    public static IEnumerable<RulePair> Shrink(RulePair pair) =>
    [
        .. PolicyShrinkers.Shorter(pair.Owner, PolicyShrinkers.Rule).Select(l => pair with { Owner = l }),
        .. PolicyShrinkers.Shorter(pair.Servant, PolicyShrinkers.Rule).Select(l => pair with { Servant = l }),
    ];

    /// <summary>A rule that one of these should cover: its wildcards replaced by words, its lists cut short.</summary>
    private static Gen<PolicyRule> PieceOf(PolicyRule[] owner) =>
        from rule in Gen.Elements(owner)
        from verbs in Piece(rule.Verbs, "*", Alphabets.RuleVerbs)
        from apiGroups in Piece(rule.ApiGroups, "*", Alphabets.RuleApiGroups)
        from resources in Piece(rule.Resources, "*", Alphabets.RuleResources)
        from names in rule.ResourceNames.IsEmpty ? PolicyGenerators.Many(Gen.Elements(Alphabets.Names), 0, 1) : Gen.Constant(rule.ResourceNames.ToArray())
        from urls in Piece(rule.NonResourceUrls, "/*", Alphabets.Urls)
        select new PolicyRule
        {
            Verbs = [.. verbs],
            ApiGroups = [.. apiGroups],
            Resources = [.. resources],
            ResourceNames = [.. names],
            NonResourceUrls = [.. urls],
        };

    private static Gen<string[]> Piece(ImmutableArray<string> words, string wildcard, string[] alphabet) =>
        words.IsEmpty ? Gen.Constant<string[]>([])
        : words.Contains(wildcard) ? PolicyGenerators.Many(Gen.Elements(alphabet), 1, 2)
        : Gen.SubListOf(words.ToArray()).Select(l => l.ToArray());
}
