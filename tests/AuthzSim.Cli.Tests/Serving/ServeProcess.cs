using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>A process of its own that runs <c>authzsim serve</c> on a free port, and what it said.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly string _kubeconfig;

    private ServeProcess(Process process, string kubeconfig)
    {
        (_process, _kubeconfig) = (process, kubeconfig);
        process.OutputDataReceived += (_, line) => Note(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Note(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public Uri Address { get; private set; } = new("https://unknown/");

    public IEnumerable<string> Output => _output;

    public IEnumerable<string> Errors => _errors;

    private static string Program { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "AuthzSim.Cli.exe" : "AuthzSim.Cli");

    /// <summary>Starts one, and does not wait until it serves.</summary>
    /// <param name="folder">Where its kubeconfig and, unless the flags say otherwise, its certificates go.</param>
    /// <param name="flags">More flags.</param>
    /// <param name="wrapper">A command that ends in executing the one after it.</param>
    public static ServeProcess Launch(string folder, string[] flags, params string[] wrapper)
    {
        var kubeconfig = Path.Combine(folder, "admin.conf");
        string[] command = [.. wrapper, Program, "serve", "--secure-port", "0", "--write-kubeconfig", kubeconfig, .. flags];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_STATE_HOME"] = folder;
        return new ServeProcess(Process.Start(start)!, kubeconfig);
    }

    /// <summary>Starts one; when this returns it takes requests.</summary>
    public static async Task<ServeProcess> StartAsync(string folder, string[] flags, params string[] wrapper)
    {
        var process = Launch(folder, flags, wrapper);
        try
        {
            await Until(() => process._process.HasExited || process.FindAddress() is not null, "it does not serve");
            process.Address = process.FindAddress() ?? throw new InvalidOperationException(string.Join('\n', process.Errors));
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task Until(Func<bool> condition, string otherwise) => await Until(() => Task.FromResult(condition()), otherwise);

    /// <summary>As <see cref="Until(Func{bool}, string)"/>.</summary>
    public static async Task Until(Func<Task<bool>> condition, string otherwise)
    {
        var waiting = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waiting.Elapsed < _patience, otherwise);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A client with the certificate of the kubeconfig, which trusts the authority that is in there and no other.</summary>
    public HttpClient NewClient()
    {
        var lines = File.ReadAllLines(_kubeconfig);
        using var authority = X509Certificate2.CreateFromPem(Decoded("certificate-authority-data"));
        using var pem = X509Certificate2.CreateFromPem(Decoded("client-certificate-data"), Decoded("client-key-data"));
#pragma warning disable CA2000 // The client disposes of them, or the process ends.
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
        var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                ClientCertificates = [certificate],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificate(authority.RawData) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
#pragma warning restore CA2000
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(Field("server")),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = _patience,
        };

        string Field(string name) => lines.Select(l => l.Trim()).Single(l => l.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];

        string Decoded(string name) => Encoding.UTF8.GetString(Convert.FromBase64String(Field(name)));
    }

    /// <summary>Sends a request and reads the answer as JSON; one that is none is a text node.</summary>
    public static async Task<(int Code, JsonNode Body)> SendAsync(
        HttpClient client, HttpMethod method, string path, JsonNode? body = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return ((int)response.StatusCode, isJson ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(_patience);
    }

    /// <summary>Asks it to end and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        return await WaitForExitAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(_patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    /// <summary>Where it says that it listens, once it has said everything that it says at the start.</summary>
    private Uri? FindAddress() => Output.Any(l => l.Contains(_kubeconfig, StringComparison.Ordinal))
        ? new Uri(Output.First(l => l.StartsWith("serving ", StringComparison.Ordinal)).Split(' ')[^1])
        : null;

    private static void Note(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
