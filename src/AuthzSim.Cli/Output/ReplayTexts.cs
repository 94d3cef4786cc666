using System.Globalization;
using AuthzSim.Audit;
using AuthzSim.Authorization;
using AuthzSim.Replay;

namespace AuthzSim.Cli.Output;

/// <summary>The words for what a replay found.</summary>
internal static class ReplayTexts
{
    private const int Day = 10;

    /// <summary>Why an event does not stand for a request that was compared: the field of JSON, and the words.</summary>
    public static IReadOnlyList<(AuditEventUse Use, string Field, string Words)> LeftOut { get; } =
    [
        (AuditEventUse.Repeated, "repeated", "further events of requests already counted"),
        (AuditEventUse.Received, "received", "events of a request's receipt, before it was decided"),
        (AuditEventUse.Unauthenticated, "unauthenticated", "refused by authentication (401)"),
        (AuditEventUse.ImpersonationRefused, "impersonationRefused", "refused the impersonation (403), before the request itself was asked about"),
        (AuditEventUse.AllowedByOther, "allowedByOther", "allowed by another authorizer than RBAC (Node, webhook)"),
        (AuditEventUse.Undecided, "undecided", "without a decision (refused for load, failed, or written without annotations)"),
    ];

    public static string Time(DateTimeOffset time) =>
        time == default ? "" : time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>From the first to the last, to the minute, in UTC, as short as it can be told.</summary>
    public static string Span(DateTimeOffset first, DateTimeOffset last)
    {
        if (first == default)
        {
            return "";
        }

        var (from, to) = (Minute(first), Minute(last));
        return from == to ? from : from[..Day] == to[..Day] ? $"{from}-{to[(Day + 1)..]}" : $"{from} to {to}";

        static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    public static string Resource(ReplayKey key) =>
        key.Path.Length > 0 ? key.Path
        : (key.ApiGroup.Length == 0 ? key.Resource : $"{key.Resource}.{key.ApiGroup}") + (key.Subresource.Length == 0 ? "" : "/" + key.Subresource);

    public static string Reason(AuthorizationResult result) =>
        result.Reason.Length > 0 ? result.Reason : result.IsAllowed ? "allowed, no reason given" : "nothing allows it";
}
