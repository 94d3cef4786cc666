using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Compiled;
using AuthzSim.Tests.Laws;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Analysis;

/// <summary>The walk is counted as it is walked, and what shortens it changes no decision.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 300)]
public sealed class WalkCostLaws
{
    [Property]
    public void The_count_is_that_of_a_walk_written_out(Questions questions)
    {
        var walk = new BindingWalk(questions.Policy);

        Assert.All(questions.Requests, r => Assert.Equal(Naive(questions.Policy, r), walk.CostOf(r)));
    }

    [Property]
    public void Each_saving_alone_keeps_every_decision(Questions questions)
    {
        var (policy, requests) = Prepare(questions);
        var before = new RbacAuthorizer(policy);
        foreach (var saving in WalkSavings.Find(policy))
        {
            var after = new RbacAuthorizer(Apply(policy, saving));
            Assert.All(requests, r => Assert.Equal(before.Authorize(r).Decision, after.Authorize(r).Decision));
        }
    }

    [Property]
    public void All_savings_in_any_order_keep_every_decision(Questions questions, bool isReversed)
    {
        var (policy, requests) = Prepare(questions);
        var savings = WalkSavings.Find(policy);
        var all = (isReversed ? savings.Reverse() : savings).Aggregate(policy, Apply);

        var (before, after) = (new RbacAuthorizer(policy), new RbacAuthorizer(all));
        Assert.All(requests, r => Assert.Equal(before.Authorize(r).Decision, after.Authorize(r).Decision));
    }

    [Property]
    public void A_saving_removes_what_it_says(Questions questions)
    {
        var (policy, _) = Prepare(questions);

        Assert.All(WalkSavings.Find(policy), s => Assert.Equal(s.Removed, SizeOf(policy) - SizeOf(Apply(policy, s))));
    }

    [Property]
    public void The_saving_reported_is_the_difference_of_two_walks(Questions questions)
    {
        var (policy, requests) = Prepare(questions);
        var report = WalkReport.Of(policy, [.. requests]);

        var before = Total(policy, requests);
        Assert.Equal(before, report.Total);
        foreach (var saving in report.Savings)
        {
            Assert.Equal(before - Total(Apply(policy, saving), requests), saving.Saved);
            Assert.True(saving.Saved.Steps > 0);
        }

        var all = new BindingWalk(WalkSavings.Find(policy).Aggregate(policy, Apply));
        Assert.Equal(requests.Max(r => all.CostOf(r).Steps), report.CostsAfterAll.Steps.Worst);
    }

    [Fact]
    public void Random_policies_have_savings_of_every_kind()
    {
        var kinds = Questions.Any.Sample(1_000, new FsCheck.Rnd(7UL, 1UL), 3)
            .Select(q => WalkSavings.Find(Prepare(q).Policy).Select(s => s.Kind).ToHashSet())
            .ToList();

        Assert.All(Enum.GetValues<WalkSavingKind>(), kind => Assert.InRange(kinds.Count(k => k.Contains(kind)), 50, 1_000));
    }

    /// <summary>Bindings with names of their own, as a cluster has them, every other one to one role; and everybody asking everything.</summary>
    private static (PolicySet Policy, List<RequestAttributes> Requests) Prepare(Questions questions)
    {
        var policy = questions.Policy;
        var shared = RoleRef.ClusterRole(policy.ClusterRoles.FirstOrDefault()?.Metadata.Name ?? "");
        return (
            policy with
            {
                ClusterRoleBindings = [.. policy.ClusterRoleBindings.Select((b, i) => b with { Metadata = Named(b, i), RoleRef = Ref(b, i) })],
                RoleBindings = [.. policy.RoleBindings.Select((b, i) => b with { Metadata = Named(b, i), RoleRef = Ref(b, i) })],
            },
            [.. Agreement.Crossed(questions)]);

        ObjectMeta Named(RbacBinding binding, int index) => binding.Metadata with { Name = $"b{index}" };

        RoleRef Ref(RbacBinding binding, int index) => index % 2 == 0 ? shared : binding.RoleRef;
    }

    private static PolicySet Apply(PolicySet policy, WalkSaving saving) => saving.Changes.Aggregate(policy, PolicyModel.Apply);

    private static WalkCost SizeOf(PolicySet policy) => new(
        policy.ClusterRoleBindings.Length + policy.RoleBindings.Length,
        policy.ClusterRoleBindings.Sum(b => b.Subjects.Length) + policy.RoleBindings.Sum(b => b.Subjects.Length),
        policy.ClusterRoles.Sum(r => r.Rules.Length) + policy.Roles.Sum(r => r.Rules.Length));

    private static WalkCost Total(PolicySet policy, List<RequestAttributes> requests)
    {
        var walk = new BindingWalk(policy);
        return requests.Aggregate(default(WalkCost), (sum, r) => sum + walk.CostOf(r));
    }

    private static WalkCost Naive(PolicySet policy, RequestAttributes request)
    {
        var resolver = new RuleResolver(policy);
        var (bindings, subjects, rules) = (0, 0, 0);
        if (request.User.Groups.Contains("system:masters"))
        {
            return default;
        }

        foreach (var binding in resolver.BindingsFor(request.Namespace))
        {
            bindings++;
            var isMine = false;
            foreach (var subject in binding.Subjects)
            {
                subjects++;
                if (RuleResolver.AppliesToUser(request.User, subject, binding.IsNamespaced ? binding.Metadata.Namespace : ""))
                {
                    isMine = true;
                    break;
                }
            }

            foreach (var rule in isMine ? resolver.RoleOf(binding)?.Rules ?? [] : [])
            {
                rules++;
                if (RuleMatcher.RuleAllows(request, rule))
                {
                    return new WalkCost(bindings, subjects, rules);
                }
            }
        }

        return new WalkCost(bindings, subjects, rules);
    }
}
