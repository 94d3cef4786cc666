using AuthzSim.Authentication;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Impersonation;
using AuthzSim.Authorization;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Cli;

/// <summary>Who asks in one run: a user that is taken as named, or whom the server makes of a credential.</summary>
internal sealed class Requestor
{
    private readonly UserInfo _user = new();
    private readonly ClientCredentials? _credentials;
    private readonly UserInfo _wanted = new();
    private readonly Func<ClusterState, ApiServerAuthentication>? _server;
    private readonly ClusterObjectReader? _objects;

    /// <summary>A user who needs no credential.</summary>
    public Requestor(UserInfo user) => _user = user;

    /// <summary>A client with a credential.</summary>
    public Requestor(ClientCredentials credentials, UserInfo wanted, Func<ClusterState, ApiServerAuthentication> server) =>
        (_credentials, _wanted, _server, _objects) = (credentials, wanted, server, new ClusterObjectReader());

    public required TimeProvider Time { get; init; }

    /// <summary>True when a server authenticates the requestor.</summary>
    public bool IsAuthenticated => _credentials is not null;

    /// <summary>Reads what the server checks tokens against out of the policy's files; null when no server is asked.</summary>
    public ClusterObjectReader? Objects => _objects;

    /// <summary>The namespace of the kubeconfig's context, or null.</summary>
    public string? Namespace => _credentials?.Namespace is { Length: > 0 } given ? given : null;

    /// <summary>How the server authenticated, once <see cref="Authenticate"/> was called; null when nobody asked it.</summary>
    public AuthenticationOutcome? Outcome { get; private set; }

    /// <summary>Lets the server authenticate a request for a path.</summary>
    /// <exception cref="CommandException">The server would not start.</exception>
    public AuthenticationOutcome? Authenticate(string path, CommandContext context)
    {
        if (_server is null || _credentials is null)
        {
            return null;
        }

        using var server = _server(new ClusterState(_objects?.Objects ?? []));
        foreach (var warning in server.Warnings)
        {
            context.Warn(warning);
        }

        var request = new AuthenticationRequest { Headers = _credentials.Headers, Path = path, PeerCertificates = _credentials.Certificates };
        var trace = new AuthenticationTrace();
        var answer = server.Authenticator.AuthenticateAsync(request, trace).AsTask().GetAwaiter().GetResult();
        foreach (var warning in answer.Warnings)
        {
            context.Warn(warning);
        }

        return Outcome = new AuthenticationOutcome(answer, trace.Steps);
    }

    /// <summary>The request with the user whom the server takes its sender for.</summary>
    /// <param name="request">The request, whoever sends it.</param>
    /// <param name="path">The path of its URL.</param>
    /// <param name="authorizer">Who is asked whether the sender may be somebody else; null lets everybody.</param>
    /// <param name="context">Where warnings go.</param>
    /// <exception cref="CommandException">401, or the 403 or 400 of an impersonation.</exception>
    public RequestAttributes Send(RequestAttributes request, string path, IAuthorizer? authorizer, CommandContext context)
    {
        if ((Outcome ?? Authenticate(path, context)) is not { } outcome)
        {
            return request with { User = _user };
        }

        var sender = request with { User = outcome.User ?? throw outcome.Refusal() };
        var headers = ImpersonationHeaders.Read(outcome.Answer.Headers);
        if (headers.Failure is { } failure)
        {
            throw Refused(failure);
        }

        if ((_wanted.Name.Length > 0 ? _wanted : headers.Wanted) is not { } wanted)
        {
            return sender;
        }

        if (authorizer is null)
        {
            return request with { User = UserInfo.Impersonated(wanted.Name, wanted.Groups, wanted.Uid, wanted.Extra) };
        }

        var result = new ImpersonationHandler(authorizer).Impersonate(sender, wanted);
        return request with { User = result.User ?? throw Refused(result.Failure!) };
    }

    private static CommandException Refused(ApiStatus status) => new(status.Message) { Prefix = $"Error from server ({status.Reason}): ", Status = status };
}
