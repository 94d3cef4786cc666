using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Generation;

public sealed class RequestMixTests
{
    private static readonly FleetGenerator _generator = new(new FleetOptions { Bindings = 2_000, Seed = 1 });
    private static readonly RequestAttributes[] _requests = [.. _generator.Requests(4_000)];

    [Theory]
    [InlineData("small")]
    [InlineData("mid")]
    [InlineData("big")]
    public void About_half_of_the_requests_to_a_profile_are_allowed(string name) => AssertHalfAllowed(FleetOptions.Named(name));

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    [InlineData(10_000)]
    public void About_half_of_the_requests_are_allowed_at_any_size(int bindings) => AssertHalfAllowed(new FleetOptions { Bindings = bindings });

    [Fact]
    public void About_half_of_the_requests_to_a_wide_fleet_are_allowed() =>
        AssertHalfAllowed(FleetOptions.Named("wide") with { Bindings = 2_000 });

    [Fact]
    public void Requests_come_from_users_service_accounts_and_strangers()
    {
        AssertPercent(5, 80, r => r.User.Name.EndsWith("@corp.example", StringComparison.Ordinal));
        AssertPercent(5, 80, r => ServiceAccountNames.TrySplitUserName(r.User.Name, out _, out _));
        AssertPercent(2, 10, r => r.User.Name.EndsWith("@elsewhere.example", StringComparison.Ordinal));
        AssertPercent(1, 5, r => r.User.Name == WellKnownUsers.Anonymous);
    }

    [Fact]
    public void Users_have_two_or_three_groups_and_some_have_several()
    {
        var users = _requests.Where(r => r.User.Name.EndsWith("@corp.example", StringComparison.Ordinal)).ToArray();
        Assert.InRange(users.Count(r => r.User.Groups.Length is 2 or 3), users.Length * 8 / 10, users.Length);
        Assert.InRange(users.Count(r => r.User.Groups.Length >= 4), users.Length / 50, users.Length / 5);
        Assert.All(users, r => Assert.Equal(WellKnownUsers.Authenticated, r.User.Groups[^1]));
        Assert.All(users, r => Assert.Distinct(r.User.Groups));
    }

    [Fact]
    public void Service_accounts_have_the_groups_of_service_accounts() => Assert.All(_requests, r =>
    {
        if (ServiceAccountNames.TrySplitUserName(r.User.Name, out var @namespace, out _))
        {
            Assert.Equal([WellKnownUsers.ServiceAccounts, $"{WellKnownUsers.ServiceAccounts}:{@namespace}", WellKnownUsers.Authenticated], r.User.Groups);
        }
    });

    [Fact]
    public void Requests_are_for_names_subresources_the_cluster_and_a_few_urls()
    {
        AssertPercent(30, 70, r => r.Name.Length > 0);
        AssertPercent(10, 40, r => r.Subresource.Length > 0);
        AssertPercent(3, 15, r => r.IsResourceRequest && r.Namespace.Length == 0);
        AssertPercent(2, 10, r => !r.IsResourceRequest);
        Assert.All(_requests, r => Assert.DoesNotContain("*", r.Verb + r.ApiGroup + r.Resource + r.Subresource + r.Path, StringComparison.Ordinal));
        Assert.All(_requests, r => Assert.DoesNotContain("/", r.Resource, StringComparison.Ordinal));
        Assert.All(RequestVerbs, verb => AssertPercent(3, 40, r => r.Verb == verb));
    }

    [Fact]
    public void A_user_with_enough_colleagues_has_the_same_groups_every_time()
    {
        var groups = new FleetGenerator(new FleetOptions { Bindings = 2_000, Users = 100 }).Requests(4_000)
            .Where(r => r.User.Name.EndsWith("@corp.example", StringComparison.Ordinal) && !r.User.Groups.Contains("oidc:cluster-admins"))
            .Select(r => (r.User.Name, Groups: string.Join(' ', r.User.Groups))).Distinct().ToArray();
        Assert.Distinct(groups.Select(g => g.Name));
        Assert.InRange(groups.Length, 90, 100);
    }

    private static string[] RequestVerbs => ["get", "list", "watch", "create", "update", "patch", "delete"];

    private static void AssertHalfAllowed(FleetOptions options)
    {
        var generator = new FleetGenerator(options);
        var reference = new RbacAuthorizer(generator.ToPolicySet());
        var allowed = generator.Requests(500).Count(r => reference.Authorize(r).IsAllowed);
        Assert.InRange(allowed, 500 * 25 / 100, 500 * 75 / 100);
    }

    private static void AssertPercent(int low, int high, Func<RequestAttributes, bool> predicate) =>
        Assert.InRange(100.0 * _requests.Count(predicate) / _requests.Length, low, high);
}
