using AuthzSim.Requests;

namespace AuthzSim.Authentication.Tests.Chain;

/// <summary>An authenticator of both kinds that gives a fixed answer and counts how often it is asked.</summary>
internal sealed class Fixed(string name, AuthenticationResult answer) : IAuthenticator, ITokenAuthenticator
{
    public int Calls { get; private set; }

    public string? LastToken { get; private set; }

    public string Name => name;

    public static Fixed User(string name, params string[] groups) =>
        new(name, AuthenticationResult.Of(UserInfo.Of(name, groups)));

    public static Fixed Error(string text) => new(text, AuthenticationResult.Failed(text));

    public static Fixed Nothing() => new("nothing", AuthenticationResult.NoOpinion);

    public ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        Calls++;
        return ValueTask.FromResult(answer);
    }

    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        (Calls, LastToken) = (Calls + 1, token);
        return ValueTask.FromResult(answer);
    }
}

/// <summary>Requests in short.</summary>
internal static class Sent
{
    public static AuthenticationRequest With(params (string Name, string Value)[] headers) =>
        new() { Headers = new RequestHeaders(headers.Select(h => KeyValuePair.Create(h.Name, h.Value))) };
}
