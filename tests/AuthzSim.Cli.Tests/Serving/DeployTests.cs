using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>The examples of how to run the server, run: their own flags and policy, with paths of this test.</summary>
public sealed class DeployTests : IDisposable
{
    private const string ServerName = "authzsim.authzsim.svc";

    private static readonly string _deploy = Path.Combine(CommandLine.Root, "fixtures", "examples", "deploy");

    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public DeployTests()
    {
        var request = new CertificateRequest("CN=authority", _authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        foreach (var folder in (string[])["policy", "tls", "client-ca", "state"])
        {
            Directory.CreateDirectory(_folder[folder]);
        }

        File.Copy(Path.Combine(_deploy, "webhook-callers.yaml"), Path.Combine(_folder["policy"], "webhook-callers.yaml"));
        File.Copy(CommandLine.ReadPods, Path.Combine(_folder["policy"], "read-pods.yaml"));
        using var server = Issue("CN=server", "1.3.6.1.5.5.7.3.1");
        File.WriteAllText(Path.Combine(_folder["tls"], "tls.crt"), server.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder["tls"], "tls.key"), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        foreach (var path in (string[])[Path.Combine(_folder["tls"], "client-ca.crt"), Path.Combine(_folder["client-ca"], "ca.crt")])
        {
            File.WriteAllText(path, _authority.ExportCertificatePem());
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _authorityKey.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("kubernetes.yaml")]
    [InlineData("authzsim.service")]
    public async Task The_webhook_answers_whom_the_example_lets_call_it_and_nobody_else(string example)
    {
        var flags = FlagsOf(example).ToList();
        Assert.Contains("--client-ca-file", flags);
        await using var server = await ServeProcess.StartAsync(_folder["state"], [.. flags, "--bind-address", "127.0.0.1"]);
        using var certificate = Issue("CN=authzsim-webhook-client", "1.3.6.1.5.5.7.3.2");
        using var caller = NewClient(server.Address, certificate);
        using var stranger = NewClient(server.Address, null);
        var review = JsonNode.Parse("""
            {"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1beta1",
             "spec":{"user":"myuser","group":["system:authenticated"],"resourceAttributes":{"verb":"list","resource":"pods","namespace":"default"}}}
            """)!;

        var (code, answer) = await ServeProcess.SendAsync(caller, HttpMethod.Post, "/authorize", review);
        var (refused, _) = await ServeProcess.SendAsync(stranger, HttpMethod.Post, "/authorize", review);
        var (ready, _) = await ServeProcess.SendAsync(stranger, HttpMethod.Get, "/readyz");

        Assert.True(code == 200, answer.ToJsonString());
        Assert.True((bool)answer["status"]!["allowed"]!);
        Assert.Equal("authorization.k8s.io/v1beta1", (string?)answer["apiVersion"]);
        Assert.Equal((403, 200), (refused, ready));
    }

    /// <summary>The flags of an example but those of where it listens, one text each.</summary>
    private IEnumerable<string> FlagsOf(string example)
    {
        var lines = File.ReadAllLines(Path.Combine(_deploy, example));
        var words = example.EndsWith(".yaml", StringComparison.Ordinal)
            ? lines.SkipWhile(l => l.Trim() != "args:").Skip(1).TakeWhile(l => l.Trim() != "ports:").Select(l => l.Trim())
                .Where(l => !l.StartsWith('#')).Select(l => l["- ".Length..])
            : lines.SkipWhile(l => !l.StartsWith("ExecStart=", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(l => l.StartsWith(' ')).SelectMany(l => l.Trim(' ', '\\').Split(' '));
        return words.SelectMany(w => w.StartsWith("--", StringComparison.Ordinal) ? w.Split('=', 2) : [w])
            .Chunk(2).Where(f => f[0] is not ("--bind-address" or "--secure-port"))
            .SelectMany(f => f)
            .Select(w => w.Replace("/etc/authzsim", _folder["."], StringComparison.Ordinal)
                .Replace("%d", _folder["tls"], StringComparison.Ordinal).Replace("%S", _folder["state"], StringComparison.Ordinal));
    }

    private X509Certificate2 Issue(string subject, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(ServerName);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>A client as the kubeconfig of the example makes one: the server is known by its name in the certificate.</summary>
    private HttpClient NewClient(Uri address, X509Certificate2? certificate)
    {
#pragma warning disable CA2000 // The client disposes of it.
        var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                ClientCertificates = certificate is null ? [] : [certificate],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificate(_authority.RawData) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
#pragma warning restore CA2000
        return new HttpClient(handler) { BaseAddress = address, DefaultRequestHeaders = { Host = ServerName } };
    }
}
