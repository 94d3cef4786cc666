using System.Collections.Immutable;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Whether the policies of a chain agree (RFC 5280, 6.1, as RFC 9618 updates it; upstream: <c>policiesValid</c>).
/// </summary>
internal static class PolicyCheck
{
    /// <summary>True when the chain, leaf first, has a policy or needs none.</summary>
    public static bool IsValid(ImmutableArray<Certificate> chain)
    {
        if (chain.Length == 1)
        {
            return true;
        }

        var n = chain.Length - 1;
        var graph = new PolicyGraph();
        long inhibitAny = n + 1, explicitPolicy = n + 1, mapping = n + 1;
        for (var i = n - 1; i >= 0; i--)
        {
            var policies = chain[i].Extensions.Policies;
            var isSelfIssued = chain[i].RawIssuer.SequenceEqual(chain[i].RawSubject);
            graph = policies.Policies.IsEmpty ? null : graph;
            if (graph is null && explicitPolicy == 0)
            {
                return false;
            }

            graph?.Descend(policies, isAnyAllowed: inhibitAny > 0 || (i > 0 && isSelfIssued));
            if (i == 0)
            {
                break;
            }

            if (graph is not null && !graph.TryMap(policies, isMappingAllowed: mapping > 0))
            {
                return false;
            }

            if (!isSelfIssued)
            {
                (explicitPolicy, mapping, inhibitAny) = (Decrement(explicitPolicy), Decrement(mapping), Decrement(inhibitAny));
            }

            explicitPolicy = Lower(explicitPolicy, policies.RequireExplicitPolicy);
            mapping = Lower(mapping, policies.InhibitPolicyMapping);
            inhibitAny = Lower(inhibitAny, policies.InhibitAnyPolicy);
        }

        explicitPolicy = chain[0].Extensions.Policies.RequireExplicitPolicy == 0 ? 0 : Decrement(explicitPolicy);
        return explicitPolicy != 0 || (graph?.HasValidPolicy ?? false);
    }

    private static long Decrement(long count) => count > 0 ? count - 1 : count;

    private static long Lower(long count, long? limit) => limit is >= 0 && limit < count ? limit.Value : count;
}
