using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>What became of a wish to be somebody else.</summary>
public sealed record ImpersonationResult
{
    /// <summary>The user the request is from now on; the requestor when nobody is impersonated, null on a failure.</summary>
    public UserInfo? User { get; init; }

    /// <summary>400 or 403; null when the request goes on.</summary>
    public ApiStatus? Failure { get; init; }

    /// <summary>The mode that allowed it; null when nobody is impersonated.</summary>
    public ImpersonationMode? Mode { get; init; }

    /// <summary>The verb that allowed it, as the audit event names it; <c>""</c> for legacy impersonation.</summary>
    public string Constraint { get; init; } = "";

    /// <summary>The headers as later handlers see them: without the ones that were acted on.</summary>
    public RequestHeaders Headers { get; init; } = RequestHeaders.Empty;

    internal static ImpersonationResult Of(
        IImpersonationHandler handler, in RequestAttributes request, RequestHeaders headers, ImpersonationHeaders read)
    {
        if (read.Failure is not null)
        {
            return new ImpersonationResult { Failure = read.Failure, Headers = headers };
        }

        return read.Wanted is null
            ? new ImpersonationResult { User = request.User, Headers = headers }
            : handler.Impersonate(request, read.Wanted) with { Headers = headers.Without(ImpersonationHeaders.Includes) };
    }
}
