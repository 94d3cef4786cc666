using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>A check from strings.</summary>
internal readonly struct StringChecks(CompiledPolicy policy, RequestAttributes[] requests) : ITimedCalls
{
    public int Count => requests.Length;

    public int AnswersPerCall => 1;

    public int Call(int index) => policy.Check(in requests[index]).IsAllowed ? 1 : 0;
}

/// <summary>A check with a resolved subject and a resolved action.</summary>
internal readonly struct ResolvedChecks((ResolvedSubject Subject, ResolvedAction Action)[] resolved) : ITimedCalls
{
    public int Count => resolved.Length;

    public int AnswersPerCall => 1;

    public int Call(int index) => resolved[index].Subject.Check(resolved[index].Action).IsAllowed ? 1 : 0;
}

/// <summary>Bulk checks of so many requests a call, which decides on how many cores they run.</summary>
internal readonly struct BulkChecks(CompiledPolicy policy, RequestAttributes[] requests, CheckResult[] results, int perCall) : ITimedCalls
{
    public int Count => requests.Length / perCall;

    public int AnswersPerCall => perCall;

    public int Call(int index)
    {
        policy.Check(requests.AsSpan(index * perCall, perCall), results);
        return results[0].IsAllowed ? 1 : 0;
    }
}

/// <summary>Who may make a request.</summary>
internal readonly struct WhoCanCalls(IRbacEvaluator evaluator, RequestAttributes[] requests) : ITimedCalls
{
    public int Count => requests.Length;

    public int AnswersPerCall => 1;

    public int Call(int index) => evaluator.AllowedSubjects(in requests[index]).Subjects.Length;
}
