using System.Net;
using System.Security.Cryptography.X509Certificates;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Rbac;
using Microsoft.Extensions.Logging;

namespace AuthzSim.Server;

/// <summary>How a server is to be started.</summary>
public sealed record ServerOptions
{
    /// <summary>The policy that is served, with the namespaces, service accounts and custom resources that came with it.</summary>
    public required PolicySet Policy { get; init; }

    /// <summary>
    /// Another policy, which decides everything that is decided beside the one that is served, and has no say: where they differ is
    /// counted, logged and listed. Null for none.
    /// </summary>
    public PolicySet? Candidate { get; init; }

    /// <summary>
    /// The folder in which objects outlast the server; null keeps them in memory. Once it holds something, <see cref="Policy"/> only
    /// says what has changed since the last start.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// True to bring back at the start what the policy lacks of the default policy, as every API server does; objects annotated
    /// <c>rbac.authorization.kubernetes.io/autoupdate: "false"</c> stay as they are.
    /// </summary>
    public bool ReconcilesDefaultPolicy { get; init; } = true;

    /// <summary>Says who sends a request. The server does not close it.</summary>
    public required ApiServerAuthentication Authentication { get; init; }

    /// <summary>The certificate it shows, with its private key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The certificates between <see cref="Certificate"/> and the authority that clients trust.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>The address it listens at (upstream: <c>--bind-address</c>).</summary>
    public IPAddress BindAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The port it listens at; 0 takes a free one (upstream: <c>--secure-port</c>).</summary>
    public int SecurePort { get; init; } = 6443;

    /// <summary>The build, as <c>/version</c> gives it.</summary>
    public string Version { get; init; } = "unknown";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the server writes what happens; null for nowhere.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>The most connections at a time; more are closed at once.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>The most bytes of a body (upstream: <c>MaxRequestBodyBytes</c> of <c>k8s.io/apiserver/pkg/server/config.go</c>).</summary>
    public int MaxRequestBodyBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>The most bytes of a request line, and of all headers together; up to a megabyte.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How long a request may take, from its headers to the last byte of the answer (upstream: <c>--request-timeout</c>); a watch may
    /// take longer, but its client no longer than this to read what it is told.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a client may take to agree on TLS, and how long to send the headers of a request.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be without a request, and how long a client that is told nothing may be silently gone.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long requests that are being answered may take when the server is stopped.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
