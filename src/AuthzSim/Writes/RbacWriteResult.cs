using System.Diagnostics.CodeAnalysis;
using AuthzSim.Rbac;

namespace AuthzSim.Writes;

/// <summary>What the API server answers to a write: an object, or a failure.</summary>
public sealed record RbacWriteResult
{
    private RbacWriteResult(int code, RbacObject? @object, ApiStatus? status) => (Code, Object, Status) = (code, @object, status);

    /// <summary>The HTTP status code: 201 for a create, 200 for an update, or the failure's.</summary>
    public int Code { get; }

    /// <summary>The object as it is stored then, defaulted; null on failure. A uid, version or time is not made up.</summary>
    public RbacObject? Object { get; }

    /// <summary>The failure; null on success.</summary>
    public ApiStatus? Status { get; }

    /// <summary>True when the server would have written the object.</summary>
    [MemberNotNullWhen(true, nameof(Object))]
    [MemberNotNullWhen(false, nameof(Status))]
    public bool IsSuccess => Status is null;

    internal static RbacWriteResult Failure(ApiStatus status) => new(status.Code, null, status);

    internal static RbacWriteResult Created(RbacObject @object) => new(201, @object, null);

    internal static RbacWriteResult Updated(RbacObject @object) => new(200, @object, null);
}
