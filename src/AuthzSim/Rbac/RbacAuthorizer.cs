using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// The reference evaluator: upstream's RBAC authorizer, rules for a user, and subject locator, rule by rule
/// (<c>plugin/pkg/auth/authorizer/rbac/{rbac,subject_locator}.go</c>). Linear and short on purpose; every faster path is
/// held to its answers.
/// </summary>
public sealed class RbacAuthorizer : IRbacEvaluator
{
    /// <summary>Makes the evaluator.</summary>
    /// <param name="policy">The policy; aggregated roles are taken as they stand.</param>
    public RbacAuthorizer(PolicySet policy) => Resolver = new RuleResolver(policy);

    /// <summary>The walk the answers come from.</summary>
    public RuleResolver Resolver { get; }

    /// <summary>RBAC's own answer: Allow or NoOpinion; <c>system:masters</c> has no part in it.</summary>
    /// <param name="attributes">The request.</param>
    public AuthorizationResult Authorize(in RequestAttributes attributes)
    {
        List<string> errors = [];
        foreach (var visit in Resolver.VisitRulesFor(attributes.User, attributes.Namespace))
        {
            if (visit.Error is { } error)
            {
                errors.Add(error.ToString());
            }
            else if (RuleMatcher.RuleAllows(attributes, visit.Rule!))
            {
                return new AuthorizationResult(Decision.Allow, source: visit.Source, rule: visit.Rule);
            }
        }

        return new AuthorizationResult(
            Decision.NoOpinion, AggregateError.Join(errors) is { } aggregate ? $"RBAC: {aggregate}" : "");
    }

    /// <inheritdoc/>
    public RulesForResult RulesFor(UserInfo user, string @namespace)
    {
        var rules = ImmutableArray.CreateBuilder<PolicyRule>();
        List<string> errors = [];
        foreach (var visit in Resolver.VisitRulesFor(user, @namespace))
        {
            if (visit.Error is { } error)
            {
                errors.Add(error.ToString());
            }
            else
            {
                rules.Add(visit.Rule!);
            }
        }

        return new RulesForResult(rules.DrainToImmutable(), AggregateError.Join(errors));
    }

    /// <inheritdoc/>
    public AllowedSubjectsResult AllowedSubjects(in RequestAttributes attributes)
    {
        var subjects = ImmutableArray.CreateBuilder<Subject>();
        subjects.Add(Subject.Group(RbacNames.SystemMasters));
        List<string> errors = [];
        foreach (var binding in Resolver.BindingsFor(attributes.Namespace))
        {
            if (Resolver.RoleOf(binding) is not { } role)
            {
                errors.Add(new RoleReferenceError(binding).ToString());
            }
            else if (RuleMatcher.RulesAllow(attributes, role.Rules))
            {
                subjects.AddRange(binding.Subjects);
            }
        }

        return new AllowedSubjectsResult(subjects.DrainToImmutable(), AggregateError.Join(errors));
    }
}

/// <summary>A user's rules and what could not be resolved.</summary>
/// <param name="Rules">The rules in walk order; duplicates kept.</param>
/// <param name="EvaluationError">The role references that lead nowhere, or null.</param>
public sealed record RulesForResult(ImmutableArray<PolicyRule> Rules, string? EvaluationError)
{
    /// <summary>
    /// The rules of a SelfSubjectRulesReview's <c>resourceRules</c>: the resource side of every rule that has resources.
    /// </summary>
    public IEnumerable<PolicyRule> ResourceRules => Rules.Where(r => !r.Resources.IsEmpty).Select(r => r with { NonResourceUrls = [] });

    /// <summary>The rules of a SelfSubjectRulesReview's <c>nonResourceRules</c>: verbs and URLs of every rule that has URLs.</summary>
    public IEnumerable<PolicyRule> NonResourceRules => Rules.Where(r => !r.NonResourceUrls.IsEmpty)
        .Select(r => r with { ApiGroups = [], Resources = [], ResourceNames = [] });
}

/// <summary>Who may make a request and what could not be resolved.</summary>
/// <param name="Subjects">The subjects as written in the bindings, <c>system:masters</c> first; duplicates kept.</param>
/// <param name="EvaluationError">The role references that lead nowhere, or null.</param>
public sealed record AllowedSubjectsResult(ImmutableArray<Subject> Subjects, string? EvaluationError);
