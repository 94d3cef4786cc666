using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>The texts of requests, which a server has in its cache because it has just read them.</summary>
internal static class RequestTexts
{
    /// <summary>Reads every text once.</summary>
    public static long Touch(ReadOnlySpan<RequestAttributes> requests)
    {
        var sum = 0L;
        foreach (ref readonly var request in requests)
        {
            sum += Touch(request.User.Name) + Touch(request.Verb) + Touch(request.Resource) + Touch(request.Namespace)
                + Touch(request.ApiGroup) + Touch(request.Subresource) + Touch(request.Name) + Touch(request.Path);
            foreach (var group in request.User.Groups.AsSpan())
            {
                sum += Touch(group);
            }
        }

        return sum;
    }

    private static int Touch(string text)
    {
        var sum = 0;
        foreach (var c in text)
        {
            sum += c;
        }

        return sum;
    }
}
