using AuthzSim.Rbac;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Laws;

/// <summary>How the evaluator's different answers agree with each other.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 300)]
public sealed class AnswerLaws
{
    [Property]
    public void A_user_is_allowed_exactly_what_one_of_the_users_rules_allows(Questions questions)
    {
        var authorizer = new RbacAuthorizer(questions.Policy);
        foreach (var request in questions.Requests)
        {
            var rules = authorizer.RulesFor(request.User, request.Namespace);

            Assert.Equal(authorizer.Authorize(request).IsAllowed, rules.Rules.Any(r => RuleMatcher.RuleAllows(request, r)));
            Assert.Equal(
                authorizer.Authorize(request).IsAllowed,
                (request.IsResourceRequest ? rules.ResourceRules : rules.NonResourceRules).Any(r => RuleMatcher.RuleAllows(request, r)));
        }
    }

    [Property]
    public void A_denial_reports_exactly_the_errors_of_the_users_rules(Questions questions)
    {
        var authorizer = new RbacAuthorizer(questions.Policy);
        foreach (var request in questions.Requests)
        {
            if (authorizer.Authorize(request) is { IsAllowed: false } denial)
            {
                var error = authorizer.RulesFor(request.User, request.Namespace).EvaluationError;
                Assert.Equal(error is null ? "" : $"RBAC: {error}", denial.Reason);
            }
        }
    }

    [Property]
    public void An_allowing_source_is_a_binding_of_the_user_to_a_role_with_the_rule(Questions questions)
    {
        var authorizer = new RbacAuthorizer(questions.Policy);
        foreach (var request in questions.Requests)
        {
            if (authorizer.Authorize(request) is { IsAllowed: true } result)
            {
                var source = result.Source!;
                Assert.Contains(source.Binding, questions.Policy.Objects);
                Assert.Contains(source.Role, questions.Policy.Objects);
                Assert.Contains(result.Rule!, source.Role.Rules);
                Assert.True(RuleMatcher.RuleAllows(request, result.Rule!));
                Assert.True(RuleResolver.AppliesToUser(request.User, source.Subject, source.Binding.Metadata.Namespace));
            }
        }
    }

    [Property]
    public void A_user_is_allowed_exactly_when_a_subject_that_applies_is_listed_as_allowed(Questions questions)
    {
        var authorizer = new RbacAuthorizer(WithServiceAccountNamespaces(questions.Policy));
        foreach (var request in questions.Requests)
        {
            var listed = authorizer.AllowedSubjects(request).Subjects;

            Assert.Equal(Subject.Group(RbacNames.SystemMasters), listed[0]);
            Assert.Equal(
                authorizer.Authorize(request).IsAllowed,
                listed.Skip(1).Any(s => RuleResolver.AppliesToUser(request.User, s, bindingNamespace: "")));
        }
    }

    /// <summary>Listed subjects are verbatim, so that one without a namespace does not say whom it means.</summary>
    private static PolicySet WithServiceAccountNamespaces(PolicySet policy) => policy with
    {
        ClusterRoleBindings = [.. policy.ClusterRoleBindings.Select(b => b with { Subjects = [.. b.Subjects.Where(IsPlain)] })],
        RoleBindings = [.. policy.RoleBindings.Select(b => b with { Subjects = [.. b.Subjects.Where(IsPlain)] })],
    };

    private static bool IsPlain(Subject subject) => subject.Kind != RbacNames.ServiceAccountKind || subject.Namespace.Length > 0;
}
