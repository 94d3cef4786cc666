using System.Collections.Immutable;

namespace AuthzSim.Authentication;

/// <summary>
/// Collects what each authenticator of a chain answered, in the order in which they were asked. Not for several threads.
/// </summary>
public sealed class AuthenticationTrace
{
    private readonly List<AuthenticationStep> _steps = [];

    /// <summary>The answers so far.</summary>
    public ImmutableArray<AuthenticationStep> Steps => [.. _steps];

    /// <summary>Adds an answer.</summary>
    /// <param name="authenticator">The authenticator's <see cref="IAuthenticator.Name"/>.</param>
    /// <param name="result">What it answered.</param>
    public void Add(string authenticator, AuthenticationResult result) =>
        _steps.Add(new AuthenticationStep(authenticator, result));
}

/// <summary>What one authenticator of a chain answered.</summary>
/// <param name="Authenticator">The authenticator's name.</param>
/// <param name="Result">Its answer.</param>
public sealed record AuthenticationStep(string Authenticator, AuthenticationResult Result);
