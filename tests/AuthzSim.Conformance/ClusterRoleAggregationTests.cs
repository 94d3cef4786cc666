using AuthzSim.Rbac;

namespace AuthzSim.Conformance;

/// <summary>The aggregated roles as kube-controller-manager left them, recomputed from the roles they select.</summary>
public sealed class ClusterRoleAggregationTests
{
    [Theory]
    [InlineData("bootstrap-policy.json", "admin edit view")]
    [InlineData("cluster.json", "admin agg-monitoring edit view")]
    public void Recorded_rules_come_back_from_nothing_in_the_recorded_order(string file, string aggregated)
    {
        var recorded = RecordedPolicies.ClusterRoles(file);
        var emptied = recorded.Select(r => r.AggregationRule is null ? r : r with { Rules = [] });

        var applied = ClusterRoleAggregation.Apply(new PolicySet { ClusterRoles = [.. emptied] }).ClusterRoles;

        Assert.Equal(aggregated.Split(' '), recorded.Where(r => r.AggregationRule is not null).Select(r => r.Metadata.Name).Order(
            StringComparer.Ordinal));
        Assert.Equal(recorded, applied);
    }

    [Theory]
    [InlineData("bootstrap-policy.json")]
    [InlineData("cluster.json")]
    public void A_recorded_policy_is_a_fix_point(string file)
    {
        var policy = new PolicySet { ClusterRoles = RecordedPolicies.ClusterRoles(file) };

        Assert.Same(policy, ClusterRoleAggregation.Apply(policy));
    }
}
