using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;

namespace AuthzSim.Bench.Servers;

/// <summary>
/// Sends requests over connections that stay open, each one after the answer to the one before: a bounded load. Costs as little as
/// it can, since it shares the cores with the server.
/// </summary>
internal sealed class LoadGenerator : IAsyncDisposable
{
    private readonly List<Connection> _connections = [];
    private readonly byte[][] _requests;

    private LoadGenerator(byte[][] requests) => _requests = requests;

    /// <summary>Opens the connections.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="connections">How many.</param>
    /// <param name="requests">Whole requests of HTTP/1.1, which are sent in turn.</param>
    public static async Task<LoadGenerator> ConnectAsync(Uri server, int connections, byte[][] requests)
    {
        var load = new LoadGenerator(requests);
        for (var i = 0; i < connections; i++)
        {
            load._connections.Add(await Connection.OpenAsync(server, first: i * 7919));
        }

        return load;
    }

    /// <summary>Sends for a time, going on where it ended the last time; how many answers of success came and how long they took, in order.</summary>
    public async Task<Load> RunAsync(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var until = start + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var latencies = await Task.WhenAll(_connections.Select((c, i) => Task.Run(() => c.SendUntilAsync(until, _requests))));
        double[] all = [.. latencies.SelectMany(l => l)];
        Array.Sort(all);
        return new Load(all, Stopwatch.GetElapsedTime(start));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private sealed class Connection(TcpClient tcp, SslStream stream, int first) : IAsyncDisposable
    {
        private readonly byte[] _buffer = new byte[1 << 14];
        private int _next = first;

        public static async Task<Connection> OpenAsync(Uri server, int first)
        {
#pragma warning disable CA2000 // The connection that is returned disposes of both.
            var tcp = new TcpClient { NoDelay = true };
            await tcp.ConnectAsync(server.Host, server.Port);
            var stream = new SslStream(tcp.GetStream());
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.Subject == BenchCertificate.Subject,
            });
#pragma warning restore CA2000
            return new Connection(tcp, stream, first);
        }

        public async Task<List<double>> SendUntilAsync(long until, byte[][] requests)
        {
            List<double> latencies = [];
            for (; Stopwatch.GetTimestamp() < until; _next++)
            {
                var sent = Stopwatch.GetTimestamp();
                await stream.WriteAsync(requests[_next % requests.Length]);
                await ReadAnswerAsync();
                latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
            }

            return latencies;
        }

        private async Task ReadAnswerAsync()
        {
            var filled = 0;
            while (true)
            {
                var read = await stream.ReadAsync(_buffer.AsMemory(filled));
                filled += read > 0 ? read : throw new IOException("the server closed the connection");
                var head = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (head >= 0 && filled >= head + 4 + LengthOf(_buffer.AsSpan(0, head)))
                {
                    return;
                }
            }
        }

        private static int LengthOf(ReadOnlySpan<byte> head)
        {
            if (!head.StartsWith("HTTP/1.1 20"u8))
            {
                throw new IOException($"the server answered {System.Text.Encoding.UTF8.GetString(head)}");
            }

            var length = 0;
            for (var i = head.IndexOf("Content-Length: "u8) + "Content-Length: ".Length; i < head.Length && head[i] is >= (byte)'0' and <= (byte)'9'; i++)
            {
                length = (length * 10) + (head[i] - '0');
            }

            return length;
        }

        public async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            tcp.Dispose();
        }
    }
}

/// <summary>What a load did.</summary>
/// <param name="Microseconds">How long each answer took, in order.</param>
/// <param name="Time">How long it went on.</param>
internal sealed record Load(double[] Microseconds, TimeSpan Time)
{
    public double PerSecond => Microseconds.Length / Time.TotalSeconds;

    public double Percentile(double share) => Microseconds[(int)(share * (Microseconds.Length - 1))];
}
