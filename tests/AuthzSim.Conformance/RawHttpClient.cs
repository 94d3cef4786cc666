using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuthzSim.Conformance;

/// <summary>One TLS connection that sends requests byte for byte as they were recorded: paths uncleaned, headers of one name a line each.</summary>
internal sealed class RawHttpClient : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    private readonly SslStream _stream;
    private readonly string _host;

    private RawHttpClient(TcpClient tcp, SslStream stream, string host) => (_tcp, _stream, _host) = (tcp, stream, host);

    public static async Task<RawHttpClient> ConnectAsync(Uri server, X509Certificate2 certificate, CancellationToken cancel)
    {
#pragma warning disable CA2000 // The client that is returned disposes of both.
        var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port, cancel);
        var stream = new SslStream(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = server.Host,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString(),
            },
            cancel);
#pragma warning restore CA2000
        return new RawHttpClient(tcp, stream, server.Authority);
    }

    public async Task<RawResponse> SendAsync(
        string method, string target, IEnumerable<(string Name, string Value)> headers, byte[] body, CancellationToken cancel)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: {_host}\r\nContent-Length: {body.Length}\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await _stream.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. body], cancel);
        var lines = Encoding.UTF8.GetString(await ReadHeadAsync(cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var fields = lines.Skip(1).Select(l => l.Split(": ", 2)).ToLookup(f => f[0], f => f[1], StringComparer.OrdinalIgnoreCase);
        var content = new byte[int.Parse(fields["Content-Length"].Single(), CultureInfo.InvariantCulture)];
        await _stream.ReadExactlyAsync(content, cancel);
        return new RawResponse(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), fields, content);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
    }

    private async Task<byte[]> ReadHeadAsync(CancellationToken cancel)
    {
        List<byte> head = [];
        var one = new byte[1];
        while (head is not [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
        {
            await _stream.ReadExactlyAsync(one, cancel);
            head.Add(one[0]);
        }

        return [.. head];
    }
}

/// <summary>An answer as it came.</summary>
internal sealed record RawResponse(int Code, ILookup<string, string> Fields, byte[] Body)
{
    public string Header(string name) => string.Join(", ", Fields[name]);
}
