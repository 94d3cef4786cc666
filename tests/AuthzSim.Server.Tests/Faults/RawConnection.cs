using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace AuthzSim.Server.Tests.Faults;

/// <summary>Connections on which a test says what no client would.</summary>
internal static class RawConnection
{
    private const int HeadersFrame = 1;
    private const int SettingsFrame = 4;

    /// <summary>A connection on which TLS has been agreed on.</summary>
    /// <param name="server">The other end.</param>
    /// <param name="isHttp2">What is agreed on.</param>
    public static async Task<(TcpClient Tcp, SslStream Stream)> OpenAsync(RunningServer server, bool isHttp2 = false)
    {
        var tcp = await OpenTcpAsync(server);
        var stream = new SslStream(tcp.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    ApplicationProtocols = [isHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == RunningServer.Certificate.GetCertHashString(),
                },
                TestContext.Current.CancellationToken);
            return (tcp, stream);
        }
        catch
        {
            await stream.DisposeAsync();
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>A connection on which nothing has been said. It takes little at a time.</summary>
    public static async Task<TcpClient> OpenTcpAsync(RunningServer server)
    {
        var tcp = new TcpClient { ReceiveBufferSize = 1 << 14 };
        await tcp.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        return tcp;
    }

    /// <summary>What an HTTP/2 client begins with.</summary>
    public static byte[] Http2Preface() => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(SettingsFrame, flags: 0, stream: 0, [])];

    /// <summary>The headers of a GET by admin, the first on an HTTP/2 connection.</summary>
    /// <param name="path">What it asks for.</param>
    /// <param name="isWhole">False when more of them are to come.</param>
    public static byte[] Http2Get(string path, bool isWhole = true)
    {
        const int EndStream = 1;
        const int EndHeaders = 4;
        const byte MethodGet = 0x82;
        const byte SchemeHttps = 0x87;
        const byte Authority = 0x01;
        const byte Path = 0x04;
        byte[] headers = [MethodGet, SchemeHttps, Authority, .. Text("localhost"), Path, .. Text(path), 0x0f, 0x08, .. Text("Bearer admin")];
        return Frame(HeadersFrame, EndStream | (isWhole ? EndHeaders : 0), stream: 1, headers);

        static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
    }

    private static byte[] Frame(int type, int flags, byte stream, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, (byte)flags, 0, 0, 0, stream, .. payload];
}
