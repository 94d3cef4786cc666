using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Authentication.Cluster;

namespace AuthzSim.Conformance;

/// <summary>The objects that the recorded server knew.</summary>
internal static class VectorCluster
{
    public static ClusterState Of(JsonElement state) => new([
        .. state.Items("serviceAccounts").Select(e => new ServiceAccount
        {
            Name = Meta(e, "name"),
            Namespace = Meta(e, "namespace"),
            Uid = Meta(e, "uid"),
            Secrets = [.. e.Items("secrets").Select(s => s.Text("name"))],
        }),
        .. state.Items("secrets").Select(e => new Secret
        {
            Name = Meta(e, "name"),
            Namespace = Meta(e, "namespace"),
            Uid = Meta(e, "uid"),
            Type = e.Text("type"),
            Data = Data(e),
        }),
        .. state.Items("pods").Select(e => new Pod { Name = Meta(e, "name"), Namespace = Meta(e, "namespace"), Uid = Meta(e, "uid") }),
        .. state.Items("nodes").Select(e => new Node { Name = Meta(e, "name"), Uid = Meta(e, "uid") }),
    ]);

    private static string Meta(JsonElement e, string name) => e.GetProperty("metadata").Text(name);

    private static ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>? Data(JsonElement e) =>
        e.TryGetProperty("data", out var data)
            ? data.EnumerateObject().ToImmutableSortedDictionary(
                p => p.Name, p => (ReadOnlyMemory<byte>)p.Value.GetBytesFromBase64(), StringComparer.Ordinal)
            : null;
}
