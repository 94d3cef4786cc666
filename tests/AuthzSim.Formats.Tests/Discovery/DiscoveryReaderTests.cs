using System.Text;
using System.Text.Json;
using AuthzSim.Discovery;
using AuthzSim.Formats.Discovery;

namespace AuthzSim.Formats.Tests.Discovery;

public sealed class DiscoveryReaderTests
{
    [Fact]
    public void The_embedded_discovery_has_the_core_group_first_and_the_servers_order()
    {
        var groups = DiscoveryReader.Kubernetes136.Groups.Select(g => g.Name).ToList();
        Assert.Equal(["", "apiregistration.k8s.io", "apps", "events.k8s.io"], groups.Take(4));
        Assert.Equal(21, groups.Count);
        Assert.Equal(["v2", "v1"], DiscoveryReader.Kubernetes136.Groups.Single(g => g.Name == "autoscaling").Versions.Select(v => v.Version));
    }

    [Fact]
    public void A_resource_has_all_that_discovery_says_of_it()
    {
        var pods = DiscoveryReader.Kubernetes136.Find(new GroupVersionResource("", "v1", "pods"))!;
        Assert.Equal(("pod", "Pod", true), (pods.SingularName, pods.Kind, pods.IsNamespaced));
        Assert.Equal(["po"], pods.ShortNames);
        Assert.Equal(["all"], pods.Categories);
        Assert.Contains("deletecollection", pods.Verbs);
        Assert.Contains("log", pods.Subresources);
        Assert.False(DiscoveryReader.Kubernetes136.Find(new GroupVersionResource("", "v1", "nodes"))!.IsNamespaced);
        var deployments = DiscoveryReader.Kubernetes136.Find(new GroupVersionResource("apps", "v1", "deployments"))!;
        Assert.Equal(["scale", "status"], deployments.Subresources);
    }

    [Fact]
    public void Every_type_resolves_by_plural_singular_kind_and_short_name()
    {
        var mapper = new RestMapper(DiscoveryReader.Kubernetes136);
        foreach (var resource in DiscoveryReader.Kubernetes136.Resources)
        {
            string[] names = [resource.Name, resource.SingularName, resource.Kind, .. resource.ShortNames];
            Assert.All(names, name => Assert.Equal(
                (resource.Group, resource.Name),
                (ResourceArgument.Resolve($"{name}.{resource.Group}", mapper) is var r ? (r.Resource.Group, r.Resource.Resource) : default)));
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"aggregated:/api": 3}""")]
    public void Anything_but_discovery_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => DiscoveryReader.Read(Encoding.UTF8.GetBytes(json)));
}
