using System.Collections.Immutable;
using AuthzSim.Audit;
using AuthzSim.Authorization;
using AuthzSim.Requests;

namespace AuthzSim.Replay;

/// <summary>In which way a decision differs.</summary>
public enum ReplayDirection
{
    /// <summary>It was allowed and now is not.</summary>
    NowDenied,

    /// <summary>It was not allowed and now is.</summary>
    NowAllowed,
}

/// <summary>What requests that are told as one have in common.</summary>
/// <param name="Direction">How they differ.</param>
/// <param name="User">The effective user.</param>
/// <param name="Verb">The verb.</param>
/// <param name="ApiGroup">The API group; <c>""</c> is the core group.</param>
/// <param name="Resource">The plural resource; <c>""</c> for requests on paths.</param>
/// <param name="Subresource">The subresource, or <c>""</c>.</param>
/// <param name="Path">For requests on paths the path, cut after two segments to <c>/a/b/*</c>; <c>""</c> for resources.</param>
public sealed record ReplayKey(
    ReplayDirection Direction, string User, string Verb, string ApiGroup, string Resource, string Subresource, string Path)
{
    private const int Segments = 2;

    /// <summary>The group of a request.</summary>
    /// <param name="direction">How it differs.</param>
    /// <param name="event">Its event.</param>
    public static ReplayKey Of(ReplayDirection direction, AuditEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return Of(direction, @event.ToAttributes());
    }

    /// <summary>The group of a request.</summary>
    /// <param name="direction">How it differs.</param>
    /// <param name="request">What was authorized.</param>
    public static ReplayKey Of(ReplayDirection direction, in RequestAttributes request) => request.IsResourceRequest
        ? new(direction, request.User.Name, request.Verb, request.ApiGroup, request.Resource, request.Subresource, "")
        : new(direction, request.User.Name, request.Verb, "", "", "", Fold(request.Path));

    private static string Fold(string path)
    {
        var end = 0;
        for (var i = 0; i < Segments && end >= 0 && end < path.Length; i++)
        {
            end = path.IndexOf('/', end + 1);
        }

        return end < 0 || end >= path.Length - 1 ? path : path[..end] + "/*";
    }
}

/// <summary>Requests that differ in the same way.</summary>
public sealed record ReplayGroup
{
    /// <summary>What they have in common; null for the requests beyond <see cref="AuditReplay.MostGroups"/>.</summary>
    public required ReplayKey? Key { get; init; }

    /// <summary>How they differ.</summary>
    public required ReplayDirection Direction { get; init; }

    /// <summary>How many there were.</summary>
    public required long Count { get; init; }

    /// <summary>When the first of them was received.</summary>
    public required DateTimeOffset First { get; init; }

    /// <summary>When the last of them was received.</summary>
    public required DateTimeOffset Last { get; init; }

    /// <summary>Their namespaces in ordinal order, <c>""</c> for the cluster scope; of many, some.</summary>
    public required ImmutableArray<string> Namespaces { get; init; }

    /// <summary>True when there were more namespaces than <see cref="Namespaces"/> holds.</summary>
    public required bool HasMoreNamespaces { get; init; }

    /// <summary>The first of the requests.</summary>
    public required AuditEvent Example { get; init; }

    /// <summary>The decision on the example before: the recorded one, or the first policy's.</summary>
    public required AuthorizationResult Before { get; init; }

    /// <summary>The decision on the example now.</summary>
    public required AuthorizationResult After { get; init; }
}
