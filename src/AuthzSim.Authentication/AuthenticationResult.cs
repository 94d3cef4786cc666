using System.Collections.Immutable;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authentication;

/// <summary>
/// What an authenticator says: a user, an error, or neither, which is no opinion (upstream: the three results of
/// <c>authenticator.Request.AuthenticateRequest</c>). An error never carries a secret.
/// </summary>
public sealed record AuthenticationResult
{
    private static readonly ImmutableSortedDictionary<string, string> _none =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Nothing here for this authenticator to judge.</summary>
    public static AuthenticationResult NoOpinion { get; } = new();

    /// <summary>The user, or null when nobody was authenticated.</summary>
    public UserInfo? User { get; init; }

    /// <summary>The server's own text of what is wrong with the credential; null when nothing is.</summary>
    public string? Error
    {
        get;
        init
        {
            field = value;
            Errors = value is null ? [] : [value];
        }
    }

    /// <summary>
    /// The single errors <see cref="Error"/> is made of, when it is made of several (upstream: <c>Aggregate.Errors</c>).
    /// </summary>
    public ImmutableArray<string> Errors { get; private init; } = [];

    /// <summary>
    /// The audiences the credential is good for among those asked for; empty when the authenticator does not speak of audiences.
    /// </summary>
    public ImmutableArray<string> Audiences { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Warnings for the client, as the server's Warning headers carry them.</summary>
    public ImmutableArray<string> Warnings { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What the authenticator writes into the audit event.</summary>
    public ImmutableSortedDictionary<string, string> AuditAnnotations { get; init; } = _none;

    /// <summary>The headers without what only the authenticator was to see; null when it leaves them as they are.</summary>
    public RequestHeaders? RemainingHeaders { get; init; }

    /// <summary>True when somebody was authenticated.</summary>
    public bool IsAuthenticated => User is not null;

    /// <summary>True when the authenticator neither knows the credential nor finds fault with it.</summary>
    public bool IsNoOpinion => User is null && Error is null;

    /// <summary>The request is from this user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="audiences">The audiences the credential is good for.</param>
    public static AuthenticationResult Of(UserInfo user, ImmutableArray<string> audiences = default) =>
        new() { User = user, Audiences = audiences };

    /// <summary>The credential is refused.</summary>
    /// <param name="error">The server's own text.</param>
    public static AuthenticationResult Failed(string error) => new() { Error = error };

    /// <summary>The credential is refused for several reasons, or for none, which is no opinion.</summary>
    /// <param name="errors">The server's own texts in order.</param>
    public static AuthenticationResult Failed(ImmutableArray<string> errors) =>
        new() { Error = AggregateError.Join(errors), Errors = errors };
}
