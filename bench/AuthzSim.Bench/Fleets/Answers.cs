using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>Asks one request after the other; each evaluator by its own type, as its callers do.</summary>
internal static class Answers
{
    public static int CountAllowed(CompiledPolicy policy, ReadOnlySpan<RequestAttributes> requests)
    {
        var allowed = 0;
        foreach (ref readonly var request in requests)
        {
            allowed += policy.Check(request).IsAllowed ? 1 : 0;
        }

        return allowed;
    }

    public static int CountAllowed(RbacAuthorizer reference, ReadOnlySpan<RequestAttributes> requests)
    {
        var allowed = 0;
        foreach (ref readonly var request in requests)
        {
            allowed += reference.Authorize(request).IsAllowed ? 1 : 0;
        }

        return allowed;
    }
}
