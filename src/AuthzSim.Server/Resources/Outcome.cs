using AuthzSim.Rbac;
using AuthzSim.Server.State;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Resources;

/// <summary>What is to be stored, or why not.</summary>
/// <param name="Meta">The metadata.</param>
/// <param name="Rbac">The role or binding; null for other resources and on failure.</param>
/// <param name="Failure">The failure; null when it may be stored.</param>
internal readonly record struct Judgement(ObjectMeta Meta, RbacObject? Rbac, ApiStatus? Failure);

/// <summary>What came of a write: an object and its status code, or a failure.</summary>
internal sealed record Outcome(int Code, StoredObject? Object, ApiStatus? Failure)
{
    public static Outcome Failed(ApiStatus failure) => new(failure.Code, null, failure);

    public static Outcome Created(StoredObject item) => new(StatusCodes.Status201Created, item, null);

    public static Outcome Updated(StoredObject item) => new(StatusCodes.Status200OK, item, null);
}
