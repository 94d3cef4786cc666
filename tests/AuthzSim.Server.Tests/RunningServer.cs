using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Formats;
using AuthzSim.Rbac;

namespace AuthzSim.Server.Tests;

/// <summary>
/// A server on a free port of the loopback address, and a client of it. Its users have their names as tokens: <c>admin</c>, who is
/// in system:masters, <c>alice</c> in dev, and <c>nobody</c>.
/// </summary>
public sealed class RunningServer : IAsyncDisposable
{
    private static readonly Lazy<X509Certificate2> _certificate = new(SelfSigned);

    private readonly ApiServer _server;
    private readonly ApiServerAuthentication _authentication;
    private readonly DirectoryInfo _folder;

    private RunningServer(ApiServer server, ApiServerAuthentication authentication, DirectoryInfo folder)
    {
        (_server, _authentication, _folder) = (server, authentication, folder);
        Client = NewClient("admin");
    }

    /// <summary>Sends as admin.</summary>
    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public static X509Certificate2 Certificate => _certificate.Value;

    /// <summary>Starts one.</summary>
    /// <param name="policy">What it serves; null for the default policy.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="apiServer">Changes the flags of authentication.</param>
    public static async Task<RunningServer> StartAsync(
        PolicySet? policy = null, Func<ServerOptions, ServerOptions>? configure = null, Func<ApiServerOptions, ApiServerOptions>? apiServer = null)
    {
        var folder = Directory.CreateTempSubdirectory("authzsim-server-");
        var tokens = Path.Combine(folder.FullName, "tokens.csv");
        await File.WriteAllTextAsync(tokens, "admin,admin,1,system:masters\nalice,alice,2,dev\nnobody,nobody,3\n");
        var flags = new ApiServerOptions { TokenAuthFile = tokens, AnonymousAuth = true, AuthorizationModes = ["RBAC"] };
        var authentication = ApiServerAuthentication.Create(
            apiServer?.Invoke(flags) ?? flags, ClusterState.Empty, TimeProvider.System, new ConfiguredFiles());
        var options = new ServerOptions
        {
            Policy = policy ?? DefaultPolicy.Kubernetes136,
            Authentication = authentication,
            Certificate = Certificate,
            SecurePort = 0,
        };
        return new RunningServer(await ApiServer.StartAsync(configure?.Invoke(options) ?? options), authentication, folder);
    }

    /// <summary>A client with a token; null sends none.</summary>
    public HttpClient NewClient(string? token, Version? version = null)
    {
#pragma warning disable CA2000 // The client disposes of it.
        var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == Certificate.GetCertHashString() },
        };
#pragma warning restore CA2000
        var client = new HttpClient(handler) { BaseAddress = Address, DefaultRequestVersion = version ?? HttpVersion.Version11 };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Sends a request and reads the answer as JSON; an answer that is none is a text node.</summary>
    public async Task<(int Code, JsonNode Body)> SendAsync(HttpMethod method, string path, string? body = null, string contentType = "application/json", HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.ParseAdd("application/json");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await (client ?? Client).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("/json", StringComparison.Ordinal) == true;
        return ((int)response.StatusCode, isJson ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    public Task<(int Code, JsonNode Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<(int Code, JsonNode Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public async Task StopAsync() => await _server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _authentication.Dispose();
        _folder.Delete(recursive: true);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authzsim-test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
