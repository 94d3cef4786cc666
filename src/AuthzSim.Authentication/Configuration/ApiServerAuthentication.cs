using System.Collections.Immutable;
using System.Text;
using AuthzSim.Authentication.Bootstrap;
using AuthzSim.Authentication.Certificates;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Files;
using AuthzSim.Authentication.FrontProxy;
using AuthzSim.Authentication.Oidc;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Authentication.Webhook;
using AuthzSim.Text;
using CaBundle = AuthzSim.Authentication.Certificates.CertificateBundle;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// The authentication of a server with its flags (upstream: <c>pkg/kubeapiserver/authenticator/config.go</c> <c>Config.New</c>).
/// Files are read once, at the start; connections are made when a token needs one, and closed with this object.
/// </summary>
public sealed class ApiServerAuthentication : IDisposable
{
    private readonly ImmutableArray<IDisposable> _connections;

    private ApiServerAuthentication(RequestAuthenticator authenticator, ImmutableArray<string> warnings, ImmutableArray<IDisposable> connections) =>
        (Authenticator, Warnings, _connections) = (authenticator, warnings, connections);

    /// <summary>Says who sends a request.</summary>
    public RequestAuthenticator Authenticator { get; }

    /// <summary>What the server writes into its log while it starts.</summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>Reads the files that the options name and puts the authenticators together.</summary>
    /// <param name="options">The options.</param>
    /// <param name="cluster">The objects that tokens are checked against.</param>
    /// <param name="time">The clock.</param>
    /// <param name="files">Reads the files.</param>
    /// <exception cref="AuthenticationConfigurationException">The server would not start like this; the text has everything that is wrong with the flags by themselves.</exception>
    public static ApiServerAuthentication Create(ApiServerOptions options, ClusterState cluster, TimeProvider time, ConfiguredFiles files)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(files);
        if (AggregateError.Join(ApiServerOptionsValidation.Validate(options)) is { } error)
        {
            throw new AuthenticationConfigurationException(error);
        }

        var assembly = new Assembly(options, cluster, time, files);
        try
        {
            return assembly.Put();
        }
        catch
        {
            assembly.Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    /// <summary>The work of putting one together, and what is to be closed if it fails.</summary>
    private sealed class Assembly(ApiServerOptions options, ClusterState cluster, TimeProvider time, ConfiguredFiles files)
    {
        private readonly List<IDisposable> _connections = [];
        private readonly List<string> _warnings = [.. ApiServerOptionsValidation.Warnings(options)];

        public ApiServerAuthentication Put()
        {
            var configuration = Configuration();
            var (clientCa, proxyCa) = (Bundle("--client-ca-file", options.ClientCaFile), Bundle("--requestheader-client-ca-file", options.RequestHeaderClientCaFile));
            RefuseOverlap(clientCa, proxyCa);
            var serviceAccounts = ServiceAccounts();
            var chain = new AuthenticatorChain
            {
                HasLoopbackToken = true,
                FrontProxy = proxyCa is null ? null
                    : new RequestHeaderAuthenticator(options.RequestHeader, new CertificateVerifier(proxyCa, time), time),
                Basic = Loaded("--basic-auth-file", options.BasicAuthFile, BasicAuthFileAuthenticator.Parse, f => f.Warnings),
                ClientCertificate = clientCa is null ? null : new X509Authenticator(new CertificateVerifier(clientCa, time)),
                TokenFile = Loaded("--token-auth-file", options.TokenAuthFile, TokenFileAuthenticator.Parse, f => f.Warnings),
                LegacyServiceAccount = serviceAccounts is null ? null : ServiceAccountAuthenticators.Legacy(serviceAccounts, cluster),
                ServiceAccount = serviceAccounts is null or { Issuers.IsEmpty: true } ? null
                    : ServiceAccountAuthenticators.Bound(serviceAccounts, cluster, time),
                Bootstrap = options.EnableBootstrapTokenAuth ? new BootstrapTokenAuthenticator(cluster, time) : null,
                JwtIssuers = JwtIssuers(configuration),
                Webhook = Webhook(),
                Anonymous = Anonymous(configuration.Anonymous),
                ApiAudiences = options.EffectiveAudiences,
                Time = time,
            };
            return new ApiServerAuthentication(chain.Build(), [.. _warnings], [.. _connections]);
        }

        public void Close() => _connections.ForEach(c => c.Dispose());

        /// <summary>The configuration of file or flags; of the two only one may be given.</summary>
        private AuthenticationConfiguration Configuration()
        {
            var file = options.AuthenticationConfigFile;
            var oidc = options.Oidc with
            {
                CertificateAuthority = options.OidcCaFile is { } ca ? Encoding.UTF8.GetString(files.Read("--oidc-ca-file", ca)) : null,
            };
            var ofFlags = oidc.ToConfiguration(hasFile: file.Length > 0, options.ServiceAccountIssuers);
            if (file.Length == 0)
            {
                return ofFlags;
            }

            var content = files.Read("--authentication-config", file);
            var configuration = Saying(
                $"failed to load authentication configuration from file {GoText.Quote(file)}: ", () => AuthenticationConfigurationReader.Decode(content));
            return Saying("invalid authentication configuration: ", () =>
            {
                AuthenticationConfigurationValidation.Check(configuration, options.ServiceAccountIssuers);
                return configuration;
            });
        }

        private static AuthenticationConfiguration Saying(string prefix, Func<AuthenticationConfiguration> read)
        {
            try
            {
                return read();
            }
            catch (AuthenticationConfigurationException e)
            {
                throw new AuthenticationConfigurationException(prefix + e.Message, e);
            }
        }

        private ImmutableArray<ITokenAuthenticator> JwtIssuers(AuthenticationConfiguration configuration)
        {
            var keySets = options.KeySetFiles.ToImmutableDictionary(
                k => k.Key, k => Read("--jwks", k.Value, (content, _) => JsonWebKeySet.Parse(content)), StringComparer.Ordinal);
            if (keySets.Keys.Except(configuration.Jwt.Select(j => j.Issuer.Url)).FirstOrDefault() is { } stranger)
            {
                throw new AuthenticationConfigurationException(
                    $"--jwks: no issuer is called {stranger}: give --oidc-issuer-url or an --authentication-config that has it");
            }

            var issuers = JwtAuthenticators.Create(configuration, new JwtAuthenticatorOptions
            {
                SigningAlgorithms = options.AuthenticationConfigFile.Length > 0
                    ? JwtAuthenticatorOptions.AllSigningAlgorithms
                    : options.Oidc.AllowedAlgorithms,
                LocalKeySets = keySets,
                Time = time,
            });
            _connections.Add(issuers);
            return issuers.Members;
        }

        private AnonymousAuthenticator? Anonymous(AnonymousAuthConfig? ofFile)
        {
            var config = AnonymousAuthConfig.Of(ofFile, options.AnonymousAuth);
            return config.Enabled && !ApiServerOptionsValidation.IsAnonymousReset(options)
                ? new AnonymousAuthenticator([.. config.Conditions.Select(c => c.Path)])
                : null;
        }

        private ServiceAccountTokenOptions? ServiceAccounts() => options.ServiceAccountKeyFiles.IsEmpty ? null : new ServiceAccountTokenOptions
        {
            Keys =
            [
                .. options.ServiceAccountKeyFiles.SelectMany(f =>
                    Read("--service-account-key-file", f, (pem, _) => PublicKeyPem.Parse(Encoding.UTF8.GetString(pem.Span)))),
            ],
            Issuers = options.ServiceAccountIssuers,
            ApiAudiences = options.EffectiveAudiences,
            Lookup = options.ServiceAccountLookup,
        };

        private CachedTokenAuthenticator? Webhook()
        {
            const string Flag = "--authentication-token-webhook-config-file";
            if (options.WebhookConfigFile.Length == 0)
            {
                return null;
            }

            var folder = Path.GetDirectoryName(options.WebhookConfigFile) ?? "";
            var config = WebhookConfigReader.Read(
                files.Read(Flag, options.WebhookConfigFile), named => Encoding.UTF8.GetString(files.Read(Flag, Path.Combine(folder, named))));
            var webhook = new WebhookTokenAuthenticator(config, options.WebhookVersion, options.EffectiveAudiences, time);
            _connections.Add(webhook);
            return new CachedTokenAuthenticator(webhook, time, options.WebhookCacheTtl, options.WebhookCacheTtl);
        }

        private CaBundle? Bundle(string flag, string path) =>
            path.Length == 0 ? null : Read(flag, path, (pem, _) => CaBundle.Parse(pem.Span));

        private void RefuseOverlap(CaBundle? clientCa, CaBundle? proxyCa)
        {
            if (clientCa is not null && proxyCa is not null && options.RequestHeader.AllowedNames.IsEmpty
                && clientCa.Certificates.Any(c => proxyCa.Certificates.Any(p => p.Span.SequenceEqual(c.Span))))
            {
                throw new AuthenticationConfigurationException(
                    "--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; --requestheader-allowed-names must be "
                    + "specified to ensure regular client certificates cannot set authenticating proxy headers for arbitrary users");
            }
        }

        private T? Loaded<T>(string flag, string path, Func<ReadOnlyMemory<byte>, string, T> parse, Func<T, ImmutableArray<string>> warningsOf)
            where T : class
        {
            if (path.Length == 0)
            {
                return null;
            }

            var loaded = Read(flag, path, parse);
            _warnings.AddRange(warningsOf(loaded));
            return loaded;
        }

        /// <summary>What a file holds; what is wrong with it is said with flag and path before it.</summary>
        private T Read<T>(string flag, string path, Func<ReadOnlyMemory<byte>, string, T> parse)
        {
            var content = files.Read(flag, path);
            try
            {
                return parse(content, path);
            }
            catch (Exception e) when (e is CertificateFormatException or CredentialFileException or KeyFormatException or AuthenticationConfigurationException)
            {
                throw new AuthenticationConfigurationException($"{flag} {path}: {e.Message}", e);
            }
        }
    }
}
