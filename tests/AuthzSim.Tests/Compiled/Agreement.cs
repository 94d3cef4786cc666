using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;

namespace AuthzSim.Tests.Compiled;

/// <summary>Holds a compiled policy to the reference evaluator, answer by answer.</summary>
internal static class Agreement
{
    /// <summary>Every user of the requests asks what every request asks.</summary>
    public static ImmutableArray<RequestAttributes> Crossed(Questions questions) =>
    [
        .. from user in questions.Requests.Select(r => r.User)
           from request in questions.Requests
           select request with { User = user },
    ];

    /// <summary>Decision, reason, error and what decided are the reference's, by every way of asking.</summary>
    public static void OnDecisions(PolicySet policy, CompiledPolicy compiled, ImmutableArray<RequestAttributes> requests)
    {
        var reference = new RbacAuthorizer(policy);
        var bulk = new CheckResult[requests.Length];
        compiled.Check(requests.AsSpan(), bulk);
        for (var i = 0; i < requests.Length; i++)
        {
            var expected = reference.Authorize(requests[i]);
            AssertSame(expected, compiled.Authorize(requests[i]));
            var resolved = compiled.Resolve(requests[i].User).Check(compiled.Resolve(requests[i]));
            AssertSame(expected, compiled.Explain(requests[i], resolved));
            AssertSame(expected, compiled.Explain(requests[i], bulk[i]));
        }
    }

    /// <summary>Rules for each user, who can, and the matrix are the reference's.</summary>
    public static void OnOtherQuestions(PolicySet policy, CompiledPolicy compiled, ImmutableArray<RequestAttributes> requests)
    {
        var reference = new RbacAuthorizer(policy);
        foreach (var request in requests)
        {
            var (expectedRules, rules) = (reference.RulesFor(request.User, request.Namespace), compiled.RulesFor(request.User, request.Namespace));
            Assert.Equal(expectedRules.Rules, rules.Rules);
            Assert.Equal(expectedRules.EvaluationError, rules.EvaluationError);

            var (expectedSubjects, subjects) = (reference.AllowedSubjects(request), compiled.AllowedSubjects(request));
            Assert.Equal(expectedSubjects.Subjects, subjects.Subjects);
            Assert.Equal(expectedSubjects.EvaluationError, subjects.EvaluationError);
        }

        foreach (var columns in requests.GroupBy(r => r.Namespace))
        {
            var matrix = AccessMatrix.Compute(compiled, [.. requests.Select(r => r.User)], [.. columns]);
            for (var row = 0; row < matrix.Users.Length; row++)
            {
                for (var column = 0; column < matrix.Actions.Length; column++)
                {
                    var request = matrix.Actions[column] with { User = matrix.Users[row] };
                    Assert.Equal(reference.Authorize(request).IsAllowed, matrix[row, column]);
                }
            }
        }
    }

    private static void AssertSame(AuthorizationResult expected, AuthorizationResult actual)
    {
        Assert.Equal(expected.Decision, actual.Decision);
        Assert.Equal(expected.Reason, actual.Reason);
        Assert.Equal(expected.EvaluationError, actual.EvaluationError);
        Assert.Equal(expected.Source, actual.Source);
        Assert.Equal(expected.Rule, actual.Rule);
    }
}
