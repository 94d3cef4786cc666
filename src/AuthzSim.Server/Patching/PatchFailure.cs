using System.Diagnostics.CodeAnalysis;
using AuthzSim.Writes;

namespace AuthzSim.Server.Patching;

/// <summary>A patch that cannot be applied; caught in <see cref="Patches"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in one way, with its status")]
[SuppressMessage("Design", "CA1064", Justification = "always caught inside this assembly")]
internal sealed class PatchFailureException(ApiStatus status) : Exception(status.Message)
{
    public ApiStatus Status => status;
}

/// <summary>The failures of patches, in upstream's words.</summary>
internal static class PatchFailures
{
    /// <summary>400 of a patch that cannot be read.</summary>
    public static PatchFailureException BadRequest(string message) => new(ApiStatuses.BadRequest(message));

    /// <summary>500 of an error that upstream does not translate.</summary>
    public static PatchFailureException Plain(string message) => new(ApiStatuses.Plain(message));

    /// <summary>422 of an operation that cannot be carried out; upstream keeps the cause to itself.</summary>
    public static PatchFailureException Unprocessable() => new(new ApiStatus
    {
        Code = 422,
        Reason = "Invalid",
        Message = "the server rejected our request due to an error in our request",
        Details = new StatusDetails(),
    });
}
