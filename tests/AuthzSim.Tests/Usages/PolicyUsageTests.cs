using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Analysis;
using AuthzSim.Usages;

namespace AuthzSim.Tests.Usages;

public sealed class PolicyUsageTests
{
    private static readonly DateTimeOffset _early = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly PolicySet _policy = Given.Policy(
        Given.ClusterRole("reader", Given.Rule("get", "pods"), Given.Rule("get", "secrets")),
        Given.Role("shop", "pods", Given.Rule("get", "pods")),
        Given.Everywhere("everywhere", "reader", Given.User("ann"), Given.User("ben")),
        Given.In("shop", "here", RbacNames.RoleKind, "pods", Given.User("ann")),
        Given.In("shop", "dangling", RbacNames.RoleKind, "none", Given.User("ann")));

    [Fact]
    public void A_request_counts_for_everything_that_allows_it()
    {
        var usage = PolicyUsage.Of(_policy,
        [
            Seen("ann", "pods", "shop", count: 3), Seen("ann", "pods", "test", count: 2, day: 1), Seen("ben", "deployments", "shop", count: 5, wasAllowed: false),
        ]);

        Assert.Equal(["everywhere", "here", "dangling"], usage.Select(u => u.Binding.Metadata.Name));
        Assert.Equal([(5, 2), (3, 0), (0, 0)], usage.Select(u => ((int)u.Requests, (int)u.Alone)));
        Assert.Equal([_early.AddDays(1), _early, null], usage.Select(u => u.Last));
        Assert.Equal([5, 0], usage[0].Rules.Select(r => r.Requests));
        Assert.Equal(["ben"], usage[0].UnusedSubjects.Select(s => s.Name));
        Assert.Empty(usage[1].UnusedSubjects);
        Assert.Null(usage[2].Role);
    }

    [Fact]
    public void Equal_requests_are_one_with_a_count()
    {
        Assert.Equal([(5, _early.AddDays(1))], PolicyUsage.Of(_policy, [Seen("ann", "pods", "test", 4), Seen("ann", "pods", "test", 1, 1)])
            .Where(u => u.Requests > 0).Select(u => ((int)u.Requests, u.Last!.Value)));
    }

    private static SeenRequest Seen(string user, string resource, string @namespace, long count, int day = 0, bool wasAllowed = true) =>
        new(Given.Ask("get", resource, @namespace, user: UserInfo.Of(user)), wasAllowed, count, _early.AddDays(day));
}
