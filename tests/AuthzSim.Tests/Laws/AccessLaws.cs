using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Laws;

/// <summary>How decisions follow changes of a policy.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 300)]
public sealed class AccessLaws
{
    [Property]
    public void The_empty_policy_allows_nothing_and_says_nothing(Questions questions)
    {
        var results = questions.Results(PolicySet.Empty);

        Assert.All(results, r => Assert.Equal((Decision.NoOpinion, "", null), (r.Decision, r.Reason, r.EvaluationError)));
    }

    [Property]
    public void Adding_a_binding_never_removes_access(Questions questions, RbacBinding binding, byte position)
    {
        var extended = new PolicyEdit(EditKind.Insert, position, binding).Apply(questions.Policy);

        foreach (var (before, after) in questions.Results().Zip(questions.Results(extended)))
        {
            Assert.True(after.IsAllowed || !before.IsAllowed);
        }
    }

    [Property]
    public void The_order_of_objects_never_changes_a_decision(Reordered reordered) =>
        Assert.Equal(reordered.Questions.Decisions(), reordered.Questions.Decisions(reordered.Policy));

    [Property]
    public void Of_two_roles_of_one_name_only_the_later_counts(Questions questions) => Assert.Equal(
        questions.Results().Select(r => r.Reason),
        questions.Results(Reordered.WithoutShadowedRoles(questions.Policy)).Select(r => r.Reason));

    [Property]
    public void Having_every_object_twice_changes_neither_decision_nor_reason(Questions questions)
    {
        var policy = questions.Policy;
        var doubled = policy with
        {
            ClusterRoles = [.. policy.ClusterRoles, .. policy.ClusterRoles],
            Roles = [.. policy.Roles, .. policy.Roles],
            ClusterRoleBindings = [.. policy.ClusterRoleBindings, .. policy.ClusterRoleBindings],
            RoleBindings = [.. policy.RoleBindings, .. policy.RoleBindings],
        };

        Assert.Equal(
            questions.Results().Select(r => (r.Decision, r.Reason)), questions.Results(doubled).Select(r => (r.Decision, r.Reason)));
    }

    [Property]
    public void Renaming_users_and_groups_everywhere_changes_no_decision(Questions questions)
    {
        var policy = questions.Policy;
        var renamed = policy with
        {
            ClusterRoleBindings = [.. policy.ClusterRoleBindings.Select(b => b with { Subjects = [.. b.Subjects.Select(Renamed)] })],
            RoleBindings = [.. policy.RoleBindings.Select(b => b with { Subjects = [.. b.Subjects.Select(Renamed)] })],
        };

        var byOtherNames = new Questions(renamed, [.. questions.Requests.Select(r => r with { User = Renamed(r.User) })]);

        Assert.Equal(questions.Decisions(), byOtherNames.Decisions());
    }

    // A suffix keeps service accounts what they are: their user names end in their names.
    private static Subject Renamed(Subject subject) => subject with { Name = subject.Name + (subject.Kind == "Group" ? ":g" : ":u") };

    private static UserInfo Renamed(UserInfo user) => user with { Name = user.Name + ":u", Groups = [.. user.Groups.Select(g => g + ":g")] };
}
