using System.Collections.Immutable;
using System.Numerics;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Analysis;

/// <summary>How who-can and explain follow from decisions.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries), typeof(NearlyAllowed)], MaxTest = 200)]
public sealed class AnalysisLaws
{
    private const string Stranger = "a-stranger";

    [Property]
    public void Who_can_lists_a_subject_exactly_when_it_alone_would_be_allowed(Questions questions)
    {
        var authorizer = new RbacAuthorizer(questions.Policy);
        var everybody = Identities(questions.Policy).Append(UserInfo.Of(Stranger)).ToList();
        foreach (var request in questions.Requests)
        {
            var listed = WhoCan.Find(questions.Policy, request, n => request.Namespace.Length > 0 && n == request.Namespace)
                .Select(e => Identity(e.Source.Subject, e.SubjectNamespace)).ToHashSet();
            foreach (var user in everybody)
            {
                Assert.Equal(authorizer.Authorize(request with { User = user }).IsAllowed, listed.Contains(Key(user)));
            }
        }
    }

    [Property]
    public void Paths_exist_exactly_when_RBAC_allows_and_the_first_is_the_answers(Questions questions)
    {
        foreach (var (request, answer) in questions.Requests.Zip(questions.Results()))
        {
            var paths = Explanation.Of(questions.Policy, request).Paths;
            Assert.Equal(answer.IsAllowed, !paths.IsEmpty);
            if (answer.IsAllowed)
            {
                Assert.Equal((answer.Source, answer.Rule), (paths[0].Source, paths[0].Rule));
            }
        }
    }

    [Property]
    public void The_smallest_rule_turns_every_denial_into_an_allow(Questions questions)
    {
        foreach (var request in questions.Requests)
        {
            var explanation = Explanation.Of(questions.Policy, request);
            if (!explanation.Result.IsAllowed)
            {
                Assert.True(Allows(Granting(questions.Policy, request, explanation.SmallestRule, request.User.Name), request));
            }
        }
    }

    [Property]
    public void The_smallest_rule_grants_to_nobody_else_and_nothing_else(Questions questions)
    {
        var rule = Explanation.Of(questions.Policy, questions.Requests[0]).SmallestRule;
        foreach (var other in questions.Requests)
        {
            var first = questions.Requests[0];
            var isSame = (other.Verb, other.IsResourceRequest) == (first.Verb, first.IsResourceRequest)
                && (other.ApiGroup, other.Path) == (first.ApiGroup, first.Path);
            Assert.True(isSame || IsWildcard(rule) || !RuleMatcher.RuleAllows(other, rule));
        }
    }

    [Property]
    public void A_near_miss_allows_once_what_it_falls_short_in_is_mended(NearlyAllowed near)
    {
        foreach (var request in near.Questions.Requests)
        {
            var misses = Explanation.Of(near.Questions.Policy, request).NearMisses;
            Assert.True(misses.Select(m => BitOperations.PopCount((uint)m.Mismatches)).Distinct().ToArray() is [] or [1] or [2]);
            foreach (var miss in misses)
            {
                var (policy, mended) = Mend(miss, request);
                Assert.True(Allows(policy, mended), miss.ToString());
            }
        }
    }

    [Fact]
    public void Random_questions_have_near_misses_of_every_sort()
    {
        var seen = NearlyAllowed.Any.Sample(400, new Rnd(20260729UL, 1UL), 3)
            .SelectMany(n => n.Questions.Requests.SelectMany(r => Explanation.Of(n.Questions.Policy, r).NearMisses))
            .CountBy(m => m.Mismatches).ToDictionary();
        Assert.All(
            Enum.GetValues<Mismatches>().Where(m => m != Mismatches.None),
            m => Assert.True(seen.GetValueOrDefault(m) >= 5, $"{m}: {seen.GetValueOrDefault(m)}"));
        Assert.Contains(seen.Keys, m => BitOperations.PopCount((uint)m) == 2);
    }

    private static bool Allows(PolicySet policy, RequestAttributes request) => new RbacAuthorizer(policy).Authorize(request).IsAllowed;

    private static bool IsWildcard(PolicyRule rule) =>
        rule.Verbs.Concat(rule.ApiGroups).Concat(rule.Resources).Concat(rule.NonResourceUrls).Any(w => w.EndsWith('*'));

    /// <summary>The policy and a rule for a user, in the request's namespace or everywhere.</summary>
    private static PolicySet Granting(PolicySet policy, RequestAttributes request, PolicyRule rule, string user) => request.Namespace.Length == 0
        ? policy with
        {
            ClusterRoles = policy.ClusterRoles.Add(Given.ClusterRole("added", rule)),
            ClusterRoleBindings = policy.ClusterRoleBindings.Add(Given.Everywhere("added", "added", Given.User(user))),
        }
        : policy with
        {
            Roles = policy.Roles.Add(Given.Role(request.Namespace, "added", rule)),
            RoleBindings = policy.RoleBindings.Add(Given.In(request.Namespace, "added", "Role", "added", Given.User(user))),
        };

    /// <summary>A policy of the near miss alone, its mismatches mended and everything else as it was.</summary>
    private static (PolicySet Policy, RequestAttributes Request) Mend(NearMiss miss, RequestAttributes request)
    {
        var combined = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        var rule = miss.Mismatches.HasFlag(Mismatches.MissingRole) ? Explanation.Of(PolicySet.Empty, request).SmallestRule : miss.Rule!;
        rule = rule with
        {
            Verbs = Mended(Mismatches.Verb, rule.Verbs, request.Verb),
            ApiGroups = Mended(Mismatches.ApiGroup, rule.ApiGroups, request.ApiGroup),
            Resources = Mended(Mismatches.Subresource, rule.Resources, combined),
            ResourceNames = Mended(Mismatches.ResourceName, rule.ResourceNames, request.Name),
            NonResourceUrls = Mended(Mismatches.Path, rule.NonResourceUrls, request.Path),
        };
        var home = miss.Mismatches.HasFlag(Mismatches.Namespace) ? request.Namespace : miss.Binding.Metadata.Namespace;
        var subject = miss.Subject.Kind == RbacNames.ServiceAccountKind && miss.Subject.Namespace.Length == 0
            ? miss.Subject with { Namespace = miss.Binding.Metadata.Namespace }
            : miss.Subject;
        RbacBinding binding = home.Length == 0
            ? Given.Everywhere("b", "r", subject)
            : Given.In(home, "b", RbacNames.ClusterRoleKind, "r", subject);
        var user = miss.Mismatches.HasFlag(Mismatches.Subject)
            ? request.User with { Groups = request.User.Groups.Add(miss.Subject.Name) }
            : request.User;
        return (Given.Policy(Given.ClusterRole("r", rule), binding), request with { User = user });

        ImmutableArray<string> Mended(Mismatches mismatch, ImmutableArray<string> list, string word) =>
            miss.Mismatches.HasFlag(mismatch) ? list.Add(word) : list;
    }

    /// <summary>For each subject of the policy somebody who is that and nothing more.</summary>
    private static IEnumerable<UserInfo> Identities(PolicySet policy) =>
        policy.ClusterRoleBindings.Cast<RbacBinding>().Concat(policy.RoleBindings)
            .SelectMany(b => b.Subjects.Select(s => s.Kind switch
            {
                RbacNames.GroupKind => UserInfo.Of(Stranger, s.Name),
                RbacNames.ServiceAccountKind => UserInfo.Of(ServiceAccountNames.MakeUserName(
                    s.Namespace.Length > 0 ? s.Namespace : b.Metadata.Namespace, s.Name)),
                _ => UserInfo.Of(s.Name),
            }));

    private static string Identity(Subject subject, string @namespace) => subject.Kind switch
    {
        RbacNames.GroupKind => "group " + subject.Name,
        RbacNames.ServiceAccountKind => "user " + ServiceAccountNames.MakeUserName(@namespace, subject.Name),
        _ => "user " + subject.Name,
    };

    private static string Key(UserInfo user) => user.Groups.IsEmpty ? "user " + user.Name : "group " + user.Groups[0];
}
