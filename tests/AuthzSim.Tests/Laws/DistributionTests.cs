using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Laws;

/// <summary>The laws mean something only while the generators reach what they are about. The seeds are fixed.</summary>
public sealed class DistributionTests
{
    private const int Policies = 2000;
    private static readonly Rnd _seed = new(20260729UL, 1UL);

    private static readonly List<(PolicySet Policy, RequestAttributes Request, AuthorizationResult Result)> _answers = Answers();

    [Fact]
    public void At_least_a_fifth_of_the_requests_is_allowed_and_a_fifth_is_not()
    {
        Assert.InRange(Share(a => a.Result.IsAllowed), 0.2, 0.8);
    }

    [Theory]
    [InlineData("a cluster role binding", 0.05)]
    [InlineData("a role binding", 0.05)]
    [InlineData("a resource name", 0.01)]
    [InlineData("a URL", 0.02)]
    [InlineData("a URL with a final asterisk", 0.01)]
    [InlineData("a wildcard verb", 0.02)]
    [InlineData("a wildcard group", 0.02)]
    [InlineData("a wildcard resource", 0.02)]
    [InlineData("a wildcard subresource", 0.004)]
    [InlineData("a subresource by name", 0.004)]
    [InlineData("a user", 0.03)]
    [InlineData("a group", 0.03)]
    [InlineData("a service account", 0.01)]
    [InlineData("a service account of the binding's namespace", 0.001)]
    public void Requests_are_allowed_through(string way, double atLeast)
    {
        Assert.InRange(Share(a => a.Result.IsAllowed && Ways[way](a.Request, a.Result)), atLeast, 1);
    }

    [Theory]
    [InlineData("not found", 0.1)]
    [InlineData("unsupported role reference kind", 0.05)]
    [InlineData("[", 0.02)]
    public void Denials_report(string text, double atLeast)
    {
        Assert.InRange(Share(a => !a.Result.IsAllowed && a.Result.Reason.Contains(text, StringComparison.Ordinal)), atLeast, 1);
    }

    [Fact]
    public void Policies_have_roles_of_the_same_name_and_subjects_of_unknown_kinds()
    {
        var policies = _answers.Select(a => a.Policy).Distinct(ReferenceEqualityComparer.Instance).Cast<PolicySet>().ToList();

        Assert.InRange(policies.Count(p => p != Reordered.WithoutShadowedRoles(p)) / (double)policies.Count, 0.3, 1);
        Assert.InRange(
            policies.Count(p => p.ClusterRoleBindings.Any(b => b.Subjects.Any(s => s.Kind is not ("User" or "Group" or "ServiceAccount"))))
            / (double)policies.Count,
            0.3,
            1);
    }

    [Fact]
    public void Rule_pairs_are_covered_and_uncovered_and_the_covered_ones_allow_something()
    {
        var pairs = RulePair.Any.Sample(2000, _seed, 3).ToList();
        var covered = pairs.Where(p => PolicyComparator.Uncovered(p.Owner, p.Servant).IsEmpty).ToList();

        Assert.InRange(covered.Count / (double)pairs.Count, 0.2, 0.8);
        Assert.InRange(covered.Count(p => p.Requests.Any(r => RuleMatcher.RulesAllow(r, p.Servant))) / (double)covered.Count, 0.5, 1);
    }

    [Fact]
    public void Edits_insert_remove_and_replace_objects_of_every_kind()
    {
        var edits = PolicyEdit.Any.Sample(2000, _seed, 3).ToList();

        Assert.Equal(12, edits.Select(e => (e.Kind, e.Object.Kind)).Distinct().Count());
    }

    private static Dictionary<string, Func<RequestAttributes, AuthorizationResult, bool>> Ways { get; } = new(StringComparer.Ordinal)
    {
        ["a cluster role binding"] = (_, a) => !a.Source!.Binding.IsNamespaced,
        ["a role binding"] = (_, a) => a.Source!.Binding.IsNamespaced,
        ["a resource name"] = (q, a) => q.IsResourceRequest && !a.Rule!.ResourceNames.IsEmpty,
        ["a URL"] = (q, _) => !q.IsResourceRequest,
        ["a URL with a final asterisk"] = (q, a) => !q.IsResourceRequest && !a.Rule!.NonResourceUrls.Contains(q.Path) && !a.Rule!.NonResourceUrls.Contains("*"),
        ["a wildcard verb"] = (q, a) => !a.Rule!.Verbs.Contains(q.Verb),
        ["a wildcard group"] = (q, a) => q.IsResourceRequest && !a.Rule!.ApiGroups.Contains(q.ApiGroup),
        ["a wildcard resource"] = (q, a) => q.IsResourceRequest && a.Rule!.Resources.Contains("*"),
        ["a wildcard subresource"] = (q, a) => q.Subresource.Length > 0 && a.Rule!.Resources.Contains($"*/{q.Subresource}"),
        ["a subresource by name"] = (q, a) => q.Subresource.Length > 0 && a.Rule!.Resources.Contains($"{q.Resource}/{q.Subresource}"),
        ["a user"] = (_, a) => a.Source!.Subject.Kind == "User",
        ["a group"] = (_, a) => a.Source!.Subject.Kind == "Group",
        ["a service account"] = (_, a) => a.Source!.Subject.Kind == "ServiceAccount",
        ["a service account of the binding's namespace"] = (_, a) => a.Source!.Subject is { Kind: "ServiceAccount", Namespace: "" },
    };

    private static double Share(Func<(PolicySet Policy, RequestAttributes Request, AuthorizationResult Result), bool> predicate) =>
        _answers.Count(predicate) / (double)_answers.Count;

    private static List<(PolicySet, RequestAttributes, AuthorizationResult)> Answers()
    {
        List<(PolicySet, RequestAttributes, AuthorizationResult)> answers = [];
        foreach (var questions in Questions.Any.Sample(Policies, _seed, 3))
        {
            answers.AddRange(questions.Requests.Zip(questions.Results()).Select(a => (questions.Policy, a.First, a.Second)));
        }

        return answers;
    }
}
