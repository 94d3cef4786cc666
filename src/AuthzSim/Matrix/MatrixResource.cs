using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Matrix;

/// <summary>A column of a <see cref="ResourceMatrix"/>: a resource, subresource or URL path, and the verbs asked of it.</summary>
public sealed record MatrixResource
{
    private static readonly ImmutableArray<string> _standard = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
    private static readonly ImmutableArray<string> _urlVerbs = ["get", "post", "put", "patch", "delete"];

    /// <summary>The API group; <c>""</c> is the core group.</summary>
    public string ApiGroup { get; init; } = "";

    /// <summary>The plural resource; <c>""</c> for a URL path.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The subresource, or <c>""</c>.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The URL path; <c>""</c> for a resource.</summary>
    public string Path { get; init; } = "";

    /// <summary>True when requests for it have a namespace, which for <c>namespaces</c> is the one they name.</summary>
    public bool IsNamespaced { get; init; } = true;

    /// <summary>The verbs asked, in the order of <see cref="StandardVerbs"/> and then by name.</summary>
    public ImmutableArray<string> Verbs { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The verbs of an object's life, in the order in which they are shown.</summary>
    public static ImmutableArray<string> StandardVerbs => _standard;

    /// <summary><c>pods</c>, <c>pods/log</c>, <c>deployments.apps</c>, <c>deployments.apps/scale</c> or a path.</summary>
    public string Title => Path.Length > 0 ? Path
        : $"{Resource}{(ApiGroup.Length > 0 ? "." : "")}{ApiGroup}{(Subresource.Length > 0 ? "/" : "")}{Subresource}";

    /// <summary>A URL path with the verbs of HTTP.</summary>
    /// <param name="path">The path.</param>
    public static MatrixResource OfPath(string path) => new() { Path = path, IsNamespaced = false, Verbs = _urlVerbs };

    /// <summary>A resource with the verbs it is served with, those a policy mentions for it, and its special ones.</summary>
    /// <param name="apiGroup">The API group.</param>
    /// <param name="resource">The plural resource.</param>
    /// <param name="subresource">The subresource, or <c>""</c>.</param>
    /// <param name="discovery">The resources there are; one that is not among them counts as namespaced, with all standard verbs.</param>
    /// <param name="mentioned">Further verbs.</param>
    public static MatrixResource Of(
        string apiGroup, string resource, string subresource, ApiDiscovery discovery, params IEnumerable<string> mentioned)
    {
        ArgumentNullException.ThrowIfNull(discovery);
        var known = discovery.Resources.FirstOrDefault(r => r.Group == apiGroup && r.Name == resource);
        var served = subresource.Length > 0 ? [.. ServedBy(subresource)] : known?.Verbs ?? _standard;
        return new MatrixResource
        {
            ApiGroup = apiGroup,
            Resource = resource,
            Subresource = subresource,
            IsNamespaced = known is null or { IsNamespaced: true } || (resource == "namespaces" && apiGroup.Length == 0),
            Verbs = InOrder(served.Concat(SpecialVerbs(resource, subresource)).Concat(mentioned)),
        };
    }

    /// <summary>The request of a cell.</summary>
    internal RequestAttributes Ask(string verb, string @namespace) => Path.Length > 0
        ? RequestAttributes.ForPath(new UserInfo(), verb, Path)
        : RequestAttributes.ForResource(new UserInfo(), verb, Resource, ApiGroup, @namespace, Subresource, "");

    internal static ImmutableArray<string> InOrder(IEnumerable<string> verbs) =>
    [
        .. verbs.Where(v => v.Length > 0 && v != RbacNames.All).Distinct(StringComparer.Ordinal)
            .OrderBy(v => _standard.IndexOf(v) is >= 0 and var place ? place : _standard.Length).ThenBy(v => v, StringComparer.Ordinal),
    ];

    /// <summary>Verbs that no URL has and that matter most (upstream: <c>pkg/registry/rbac</c>, impersonation, certificates).</summary>
    private static string[] SpecialVerbs(string resource, string subresource) => (resource, subresource) switch
    {
        ("clusterroles" or "roles", "") => ["bind", "escalate"],
        ("users" or "groups" or "uids" or "userextras" or "serviceaccounts", "") => ["impersonate"],
        ("signers", "") => ["approve", "attest", "sign"],
        _ => [],
    };

    private static string[] ServedBy(string subresource) => subresource switch
    {
        "log" => ["get"],
        "exec" or "attach" or "portforward" => ["get", "create"],
        "status" or "scale" or "ephemeralcontainers" or "resize" => ["get", "update", "patch"],
        "token" or "eviction" or "binding" => ["create"],
        "approval" => ["get", "update", "patch"],
        "finalize" => ["update"],
        _ => ["get", "create", "update", "patch", "delete"],
    };
}
