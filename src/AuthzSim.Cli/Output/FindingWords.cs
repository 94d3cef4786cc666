using AuthzSim.Analysis;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Output;

/// <summary>Why a case failed, in lines.</summary>
/// <param name="policy">The policy, to look for what comes near.</param>
internal sealed class FindingWords(PolicySet policy)
{
    private const int FindingsShown = 5;
    private const int PathsShown = 3;
    private const int RulesShown = 4;
    private const int MissesShown = 3;

    // A near miss is looked for among all bindings, which takes a while in a large policy.
    private const int MostExplained = 50;

    private readonly Dictionary<TestFinding, Explanation> _explained = new(ReferenceEqualityComparer.Instance);

    /// <summary>The reasons, the first few of many, each with what led to it indented below.</summary>
    public IEnumerable<string> Of(CaseOutcome outcome)
    {
        foreach (var finding in outcome.Findings.Take(FindingsShown))
        {
            // The case says it already.
            var isSaid = outcome.Assertion is AllowAssertion or DenyAssertion && outcome.Action!.IsSingle;
            if (!isSaid)
            {
                yield return Headline(finding);
            }

            foreach (var line in Details(finding))
            {
                yield return isSaid ? line : "  " + line;
            }
        }

        if (outcome.Findings.Length > FindingsShown)
        {
            yield return $"and {outcome.Findings.Length - FindingsShown} more; -o json lists all";
        }
    }

    /// <summary>The first reason in one line.</summary>
    public static string Headline(CaseOutcome outcome) => Headline(outcome.Findings[0]);

    /// <summary>The explanation of a denial; null for other reasons, and once enough were explained.</summary>
    public Explanation? ExplanationOf(TestFinding finding)
    {
        if (finding is not { Kind: FindingKind.Denied, Request: { } request })
        {
            return null;
        }

        if (!_explained.TryGetValue(finding, out var explanation))
        {
            if (_explained.Count == MostExplained)
            {
                return null;
            }

            explanation = Explanation.Of(policy, request);
            _explained.Add(finding, explanation);
        }

        return explanation;
    }

    /// <summary>A request in words: <c>get pods/log web-0 in shop</c>.</summary>
    public static string Request(in RequestAttributes request)
    {
        var resource = new TestedResource(request.ApiGroup, request.Resource, request.Subresource, IsNamespaced: null);
        return new TestedAction(request.Verb, request.IsResourceRequest ? resource : null, request.Name, request.Namespace, request.Path).ToString();
    }

    private static string Headline(TestFinding finding)
    {
        var who = finding.Subject is { } subject ? RuleText.Of(subject, "") : "";
        return finding.Kind switch
        {
            FindingKind.Denied => $"{who} may not {Request(finding.Request!.Value)}",
            FindingKind.Allowed => $"{who} may {Request(finding.Request!.Value)}",
            FindingKind.Gained => $"{who} gains what was not stated:",
            FindingKind.NotGained => $"{who} does not gain:",
            FindingKind.Lost => $"{who} loses what was not stated:",
            FindingKind.NotLost => $"{who} does not lose:",
            _ => $"there is no {finding.Change!.Kind} {(finding.Change.Namespace.Length > 0 ? finding.Change.Namespace + "/" : "")}{finding.Change.Name} to delete",
        };
    }

    private IEnumerable<string> Details(TestFinding finding)
    {
        if (finding.Access is { } access)
        {
            var prefix = finding.Request is null ? "" : "in all: ";
            foreach (var rule in access.Rules.Take(RulesShown))
            {
                yield return prefix + rule;
            }

            if (access.Rules.Length > RulesShown)
            {
                yield return $"and {access.Rules.Length - RulesShown} more rules";
            }
        }

        foreach (var path in finding.Paths.Take(PathsShown))
        {
            var depth = "";
            foreach (var line in ExplanationText.PathLines(path, finding.Request))
            {
                yield return (depth.Length == 0 ? "by " : depth) + line;
                depth = "   ";
            }
        }

        if (finding.Paths.Length > PathsShown)
        {
            yield return $"and by {finding.Paths.Length - PathsShown} more rules";
        }

        foreach (var line in Misses(finding))
        {
            yield return line;
        }
    }

    private IEnumerable<string> Misses(TestFinding finding)
    {
        if (ExplanationOf(finding) is not { } explanation)
        {
            yield break;
        }

        // A member of a group has no name in the request.
        var user = finding.Subject!.Kind == RbacNames.GroupKind
            ? explanation.Request.User with { Name = "a member of " + finding.Subject.Name }
            : explanation.Request.User;
        var named = explanation with { Request = explanation.Request with { User = user } };
        foreach (var miss in ExplanationText.MissLines(named).Take(MissesShown))
        {
            yield return "nearest: " + miss;
        }

        if (explanation.NearMisses.IsEmpty)
        {
            yield return "no rule comes near it";
        }
    }
}
