using AuthzSim.Writes;

namespace AuthzSim.Server.Requests;

/// <summary>Failures of the HTTP side of the API server, in upstream's words (<c>k8s.io/apimachinery/pkg/api/errors</c>).</summary>
internal static class ServerStatuses
{
    /// <summary>404 of a resource that the server does not have.</summary>
    public static ApiStatus NoSuchResource { get; } = new()
    {
        Code = 404,
        Reason = "NotFound",
        Message = "the server could not find the requested resource",
        Details = new StatusDetails(),
    };

    /// <summary>405 of a method that the resource does not know.</summary>
    public static ApiStatus MethodNotAllowed { get; } = new()
    {
        Code = 405,
        Reason = "MethodNotAllowed",
        Message = "the server does not allow this method on the requested resource",
        Details = new StatusDetails(),
    };

    /// <summary>413 of a body beyond the limit.</summary>
    public static ApiStatus TooLarge(long limit) => new()
    {
        Code = 413,
        Reason = "RequestEntityTooLarge",
        Message = $"Request entity too large: limit is {limit}",
    };

    /// <summary>504 of a request that takes too long (upstream: <c>pkg/server/filters/timeout.go</c>).</summary>
    public static ApiStatus TimedOut { get; } = new()
    {
        Code = 504,
        Reason = "Timeout",
        Message = "Timeout: request did not complete within the allotted timeout",
        Details = new StatusDetails(),
    };

    /// <summary>415 of a body in a format that the server does not read.</summary>
    public static ApiStatus UnsupportedMediaType(params ReadOnlySpan<string> supported) => new()
    {
        Code = 415,
        Reason = "UnsupportedMediaType",
        Message = $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", supported!)}",
    };

    /// <summary>406 of a client that takes nothing the server writes.</summary>
    public static ApiStatus NotAcceptable(params ReadOnlySpan<string> supported) => new()
    {
        Code = 406,
        Reason = "NotAcceptable",
        Message = $"only the following media types are accepted: {string.Join(", ", supported!)}",
    };

    /// <summary>429 of a server that is busy with as many requests as it takes at a time.</summary>
    public static ApiStatus TooManyRequests { get; } = new()
    {
        Code = 429,
        Reason = "TooManyRequests",
        Message = "Too many requests, please try again later.",
    };
}
