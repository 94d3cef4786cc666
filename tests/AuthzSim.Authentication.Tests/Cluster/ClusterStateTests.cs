using AuthzSim.Authentication.Cluster;

namespace AuthzSim.Authentication.Tests.Cluster;

/// <summary>Objects are found by kind, namespace and name, all three.</summary>
public sealed class ClusterStateTests
{
    private static readonly ClusterState _state = new([
        new ServiceAccount { Namespace = "a", Name = "x", Uid = "1" },
        new Secret { Namespace = "a", Name = "x", Uid = "2" },
        new Pod { Namespace = "b", Name = "x", Uid = "3" },
        new Node { Name = "x", Uid = "4" },
        new ServiceAccount { Namespace = "a", Name = "x", Uid = "5" },
    ]);

    [Fact]
    public void Kinds_do_not_mix_and_the_later_of_two_counts()
    {
        Assert.Equal("5", _state.FindServiceAccount("a", "x")?.Uid);
        Assert.Equal("2", _state.FindSecret("a", "x")?.Uid);
        Assert.Null(_state.FindPod("a", "x"));
        Assert.Equal("4", _state.FindNode("x")?.Uid);
    }

    [Fact]
    public void A_secret_prints_without_its_data() => Assert.Equal("Secret a/x", _state.FindSecret("a", "x")!.ToString());
}
