using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Analysis;

[Properties(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 300)]
public sealed class RequestSamplerTests
{
    private const int Count = 2_000;

    private static readonly PolicySet _policy = new FleetGenerator(FleetOptions.Named("small")).ToPolicySet();
    private static readonly ImmutableArray<RequestAttributes> _requests = RequestSampler.Draw(_policy, Count, seed: 1);

    [Fact]
    public void A_third_to_two_thirds_of_the_requests_is_allowed()
    {
        var authorizer = new RbacAuthorizer(_policy);
        AssertPercent(33, 66, r => authorizer.Authorize(r).IsAllowed);
    }

    [Fact]
    public void Requests_are_of_every_sort()
    {
        AssertPercent(12, 18, r => r.User.Name.StartsWith("stranger-", StringComparison.Ordinal));
        AssertPercent(7, 13, r => !r.IsResourceRequest);
        AssertPercent(50, 95, r => r.Namespace.Length > 0);
        AssertPercent(3, 40, r => r.IsResourceRequest && r.Namespace.Length == 0);
        AssertPercent(2, 50, r => r.Subresource.Length > 0);
        AssertPercent(10, 90, r => r.Name.Length > 0);
        AssertPercent(5, 60, r => ServiceAccountNames.TrySplitUserName(r.User.Name, out _, out _));
        AssertPercent(100, 100, r => r.User.Groups.Contains(WellKnownUsers.Authenticated) || r.User.Name == WellKnownUsers.Anonymous);
        AssertPercent(0, 0, r => r.User.Groups.Contains("system:masters"));
    }

    [Fact]
    public void Everybody_is_in_the_same_groups_each_time() => Assert.All(
        _requests.Where(r => !r.User.Name.StartsWith("member-", StringComparison.Ordinal)).GroupBy(r => r.User.Name, r => r.User),
        same => Assert.Single(same.Distinct()));

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(_requests, RequestSampler.Draw(_policy, Count, seed: 1));
        Assert.NotEqual(_requests, RequestSampler.Draw(_policy, Count, seed: 2));
        Assert.Equal(_requests[..10], RequestSampler.Draw(_policy, 10, seed: 1));
    }

    [Fact]
    public void The_empty_policy_is_asked_about_too() =>
        Assert.Equal(50, RequestSampler.Draw(PolicySet.Empty, 50, seed: 1).Length);

    [Property]
    public void Any_policy_can_be_sampled(PolicySet policy, byte seed) => Assert.All(
        RequestSampler.Draw(policy, 30, seed),
        r => Assert.True(r.User.Name.Length > 0 && (r.IsResourceRequest || r.Namespace.Length == 0)));

    private static void AssertPercent(double least, double most, Func<RequestAttributes, bool> predicate) =>
        Assert.InRange(100.0 * _requests.Count(predicate) / _requests.Length, least, most);
}
