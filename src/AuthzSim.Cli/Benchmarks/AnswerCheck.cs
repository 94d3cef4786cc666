using System.Diagnostics;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>
/// Holds every way in to the reference evaluator, decision and reason, on every request of the sample, and times the
/// reference on the way: it is slow enough to be timed call by call.
/// </summary>
internal sealed class AnswerCheck(RbacAuthorizer reference, CompiledPolicy policy)
{
    /// <summary>How long the reference took for each request, in nanoseconds.</summary>
    public List<double> ReferenceChecks { get; } = [];

    /// <summary>How long the reference took for each who-can question, in nanoseconds.</summary>
    public List<double> ReferenceWhoCan { get; } = [];

    public int Allowed { get; private set; }

    /// <summary>The first difference in words, or null when there is none.</summary>
    public string? OnChecks(RequestAttributes[] requests, (ResolvedSubject Subject, ResolvedAction Action)[] resolved, CheckResult[] bulk, Action<int> onProgress)
    {
        for (var i = 0; i < requests.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var expected = reference.Authorize(requests[i]);
            ReferenceChecks.Add(CallTimer.NanosecondsSince(start));
            Allowed += expected.IsAllowed ? 1 : 0;
            var fromResolved = resolved[i].Subject.Check(resolved[i].Action);
            var difference = Difference("strings", requests[i], expected, policy.Authorize(requests[i]))
                ?? Difference("resolved", requests[i], expected, policy.Explain(requests[i], fromResolved))
                ?? Difference("bulk", requests[i], expected, policy.Explain(requests[i], bulk[i]));
            if (difference is not null)
            {
                return difference;
            }

            onProgress(i);
        }

        return null;
    }

    /// <summary>The first difference in words, or null; stops asking when the time is up, but asks once at least.</summary>
    public string? OnWhoCan(RequestAttributes[] requests, TimeSpan time)
    {
        var begin = Stopwatch.GetTimestamp();
        foreach (var request in requests)
        {
            var start = Stopwatch.GetTimestamp();
            var expected = reference.AllowedSubjects(request);
            ReferenceWhoCan.Add(CallTimer.NanosecondsSince(start));
            var actual = policy.AllowedSubjects(request);
            if (!expected.Subjects.AsSpan().SequenceEqual(actual.Subjects.AsSpan()) || expected.EvaluationError != actual.EvaluationError)
            {
                return $"who-can: {request}: the reference finds {expected.Subjects.Length} subjects, the compiled policy {actual.Subjects.Length}";
            }

            if (Stopwatch.GetElapsedTime(begin) > time)
            {
                break;
            }
        }

        return null;
    }

    private static string? Difference(string way, RequestAttributes request, AuthorizationResult expected, AuthorizationResult actual) =>
        expected.Decision == actual.Decision && expected.Reason == actual.Reason ? null
            : $"{way}: {request}: the reference says {expected.Decision} \"{expected.Reason}\", the compiled policy {actual.Decision} \"{actual.Reason}\"";
}
