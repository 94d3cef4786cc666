using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthzSim.Authentication.Impersonation;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Server.Discovery;
using AuthzSim.Server.Health;
using AuthzSim.Server.Pages;
using AuthzSim.Server.Requests;
using AuthzSim.Server.Resources;
using AuthzSim.Server.Reviews;
using AuthzSim.Server.Serving;
using AuthzSim.Server.Shadow;
using AuthzSim.Server.State;
using AuthzSim.Server.Webhooks;
using AuthzSim.Server.WhatIf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthzSim.Server;

/// <summary>
/// An HTTPS server that behaves, for authentication, authorization and RBAC objects, as a Kubernetes v1.36 API server.
/// </summary>
public sealed partial class ApiServer : IAsyncDisposable
{
    private static readonly SslApplicationProtocol[] _protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private const string Category = "AuthzSim.Server";

    private readonly WebApplication _application;
    private readonly ServerHealth _health;
    private readonly ClusterStore _store;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private ApiServer(WebApplication application, ServerHealth health, ClusterStore store, ILogger logger, TimeProvider time)
    {
        (_application, _health, _store, _logger, _time) = (application, health, store, logger, time);
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where it listens: <c>https://127.0.0.1:6443</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server; when this returns it takes requests.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The address and port cannot be listened at, or the data directory cannot be used.</exception>
    public static async Task<ApiServer> StartAsync(ServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        if (options.Logging is { } logging)
        {
            logging(builder.Logging);
        }

        var application = builder.Build();
#pragma warning disable CA2000 // The server disposes of it, or the handler below.
        ClusterStore? store = null;
        try
        {
            var health = new ServerHealth();
            store = OpenStore(options);
#pragma warning restore CA2000
            var loggers = application.Services.GetRequiredService<ILoggerFactory>();
            application.Run(Pipeline(options, health, store, loggers, application.Lifetime.ApplicationStopping).InvokeAsync);
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
            return new ApiServer(application, health, store, loggers.CreateLogger(Category), options.Time);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            store?.Dispose();
            throw;
        }
    }

    /// <summary>Takes the policy of files that have changed: requests from now on are decided by it.</summary>
    /// <param name="policy">What is in the files now.</param>
    public void Reload(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _store.Replace(policy);
        _health.Reloaded(null, _time.GetUtcNow());
        LogReloaded(_logger, policy.Count);
    }

    /// <summary>Goes on with the policy that is served, since the files that have changed cannot be; says so wherever it is asked.</summary>
    /// <param name="problem">What is wrong with them: file, line and the way out.</param>
    public void RefuseReload(string problem)
    {
        _health.Reloaded(problem, _time.GetUtcNow());
        LogReloadRefused(_logger, problem);
    }

    /// <summary>Takes no new requests, lets those that are being answered finish, and ends.</summary>
    /// <param name="cancellationToken">Waits for them no longer.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        _health.BeginStop();
        await _application.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().ConfigureAwait(false);
        _store.Dispose();
    }

    private static ClusterStore OpenStore(ServerOptions options)
    {
#pragma warning disable CA2000 // The store disposes of it, or the handler below.
        var storage = options.DataDirectory is null ? null : SqliteStorage.Open(options.DataDirectory);
#pragma warning restore CA2000
        try
        {
            return new ClusterStore(options.Policy, options.Time, storage, options.ReconcilesDefaultPolicy);
        }
        catch
        {
            storage?.Dispose();
            throw;
        }
    }

    private static RequestPipeline Pipeline(
        ServerOptions options, ServerHealth health, ClusterStore store, ILoggerFactory loggers, CancellationToken stopping)
    {
        var shadow = Divergences.Of(options, loggers.CreateLogger(Category + ".Shadow"));
        IAuthorizer served = new ServedPolicy(() => store.Policy);
        var authorizer = shadow is null ? served : new ShadowedAuthorizer(served, shadow);
        var metrics = new RequestMetrics();
        var discovery = DiscoveryDocuments.Of(options.Policy.CustomResourceDefinitions, options.Version);
        ImmutableArray<IRequestHandler> handlers =
        [
            new ReviewHandler(authorizer, store, options.Time),
            new ResourceHandler(store, authorizer, options.Time, stopping),
            new AuthorizeHandler(authorizer),
            new TokenReviewHandler(options.Authentication.Authenticator),
            new DivergenceHandler(shadow),
            new WhatIfHandler(store, options.Time),
            new HealthHandler(health, text => WriteMetrics(text, metrics, shadow)),
            new DiscoveryHandler(discovery),
            new OpenApiHandler(),
            new RootHandler(discovery.Paths),
        ];
        return new RequestPipeline(
            options.Authentication.Authenticator, authorizer, new ImpersonationHandler(authorizer), handlers, metrics,
            new RequestLimits(options.MaxRequestBodyBytes, options.RequestTimeout), loggers.CreateLogger(Category));
    }

    private static void WriteMetrics(StringBuilder text, RequestMetrics metrics, Divergences? shadow)
    {
        metrics.WriteTo(text);
        shadow?.WriteMetricsTo(text);
    }

    /// <summary>Who a certificate stands for, if anybody, is found out request by request, as upstream does: any will do for TLS.</summary>
    private static bool Remember(IFeatureCollection connection, X509Certificate? certificate, X509Chain? chain)
    {
        connection.Set(PeerCertificates.Of(certificate, chain));
        return true;
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;

        // Longer bodies are refused by the handlers, in the API server's words; the rest of one is not waited for.
        kestrel.Limits.MaxRequestBodySize = 2L * options.MaxRequestBodyBytes;
        kestrel.Limits.MaxRequestLineSize = options.MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = options.MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = options.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;

        // A client that is gone without a word is found by asking.
        kestrel.Limits.Http2.KeepAlivePingDelay = options.IdleTimeout / 2;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.IdleTimeout / 2;
        var certificate = SslStreamCertificateContext.Create(options.Certificate, options.Intermediates, offline: true);
        kestrel.Listen(new IPEndPoint(options.BindAddress, options.SecurePort), listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = options.HeaderTimeout,
                OnConnection = context =>
                {
                    var connection = context.Connection;
                    return ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ApplicationProtocols = [.. _protocols],
                        ServerCertificateContext = certificate,
                        ClientCertificateRequired = true,

                        RemoteCertificateValidationCallback = (_, shown, chain, _) => Remember(connection.Features, shown, chain),
                    });
                },
            });
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the policy has changed: {Count} roles and bindings are served")]
    private static partial void LogReloaded(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "the policy has changed and is refused; the one before is served on: {Problem}")]
    private static partial void LogReloadRefused(ILogger logger, string problem);
}
