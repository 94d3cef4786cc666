using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>Every user that asks anything, and every verb on every type the policy mentions, in one namespace.</summary>
internal static class MatrixQuestion
{
    private static readonly string[] _verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    public static (ImmutableArray<UserInfo> Users, ImmutableArray<RequestAttributes> Actions) Of(Fleet fleet)
    {
        var @namespace = fleet.Names.Namespaces.Keys[0];
        var nobody = UserInfo.Of("");
        var types = fleet.Policy.ClusterRoles.SelectMany(r => r.Rules).Concat(fleet.Policy.Roles.SelectMany(r => r.Rules))
            .SelectMany(rule => rule.ApiGroups.SelectMany(g => rule.Resources.Select(r => (Group: g, Resource: r))))
            .Where(t => t.Group != "*" && !t.Resource.Contains('*', StringComparison.Ordinal))
            .Distinct()
            .ToList();
        return (
            [.. fleet.Requests.Select(r => r.User).Distinct(ReferenceEqualityComparer.Instance).Cast<UserInfo>()],
            [.. types.SelectMany(t => _verbs.Select(v => Ask(v, t.Group, t.Resource)))]);

        RequestAttributes Ask(string verb, string group, string type)
        {
            var parts = type.Split('/', 2);
            return RequestAttributes.ForResource(nobody, verb, parts[0], group, @namespace, parts.Length > 1 ? parts[1] : "");
        }
    }
}
