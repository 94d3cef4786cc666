using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>Every user that asks anything, and every verb on 512 types they ask for, in one namespace: more than most clusters have.</summary>
internal static class MatrixQuestion
{
    private const int Types = 512;
    private static readonly string[] _verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    public static (ImmutableArray<UserInfo> Users, ImmutableArray<RequestAttributes> Actions) Of(Fleet fleet)
    {
        var @namespace = fleet.Names.Namespaces.Keys[0];
        var nobody = UserInfo.Of("");
        var types = fleet.Requests.Where(r => r.IsResourceRequest)
            .Select(r => (r.ApiGroup, r.Resource, r.Subresource))
            .Distinct()
            .Take(Types)
            .ToList();
        return (
            [.. fleet.Requests.Select(r => r.User).Distinct(ReferenceEqualityComparer.Instance).Cast<UserInfo>()],
            [
                .. types.SelectMany(t => _verbs.Select(v =>
                    RequestAttributes.ForResource(nobody, v, t.Resource, t.ApiGroup, @namespace, t.Subresource))),
            ]);
    }
}
