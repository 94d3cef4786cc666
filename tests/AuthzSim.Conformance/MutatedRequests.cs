using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using AuthzSim.Authentication;

namespace AuthzSim.Conformance;

/// <summary>A request, and the unmutated credentials it was made of, each alone.</summary>
internal sealed record MutatedRequest(
    AuthenticationRequest Request, ImmutableArray<AuthenticationRequest> Sources, bool IsMutated)
{
    public static string Show(AuthenticationRequest request) =>
        string.Join('\n', request.Headers.Fields.Select(f => $"{f.Key}: {f.Value}"))
        + string.Concat(request.PeerCertificates.Select(c => "\ncertificate " + Convert.ToBase64String(c.Span)));

    public override string ToString() => Show(Request);
}

/// <summary>Makes requests of pieces of others: the same number makes the same request.</summary>
internal sealed class MutatedRequests(ImmutableArray<AuthenticationRequest> recorded)
{
    private const string Authorization = "Authorization";

    private readonly ImmutableArray<string> _tokens =
    [
        .. recorded.Select(r => r.Headers.First(Authorization)).OfType<string>()
            .Where(a => a.StartsWith("Bearer ", StringComparison.Ordinal)).Select(a => a["Bearer ".Length..]).Distinct(),
    ];

    private readonly ImmutableArray<KeyValuePair<string, string>> _headers =
        [.. recorded.SelectMany(r => r.Headers.Fields).Where(f => f.Key != Authorization).Distinct()];

    private readonly ImmutableArray<ImmutableArray<ReadOnlyMemory<byte>>> _certificates =
        [.. recorded.Select(r => r.PeerCertificates).Where(c => !c.IsEmpty)];

    /// <summary>True for a recorded client's own certificate.</summary>
    public bool HasLeaf(ReadOnlyMemory<byte> der) => _certificates.Any(c => c[0].Span.SequenceEqual(der.Span));

    /// <summary>The request of a number.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "test data")]
    public MutatedRequest Of(int seed)
    {
        var making = new Making(this, new Random(seed));
        var form = making.Next(10);
        if (form < 7)
        {
            making.AddToken();
        }

        if (form is 9 or < 2)
        {
            making.AddToken();
        }

        if (form is > 4 and < 9)
        {
            making.AddCertificates();
        }

        for (var count = making.Next(3); count > 0; count--)
        {
            making.AddHeader();
        }

        return making.Made();
    }

    [SuppressMessage("Security", "CA5394", Justification = "test data")]
    private sealed class Making(MutatedRequests all, Random random)
    {
        private readonly List<KeyValuePair<string, string>> _fields = [];
        private readonly List<AuthenticationRequest> _sources = [];
        private ImmutableArray<ReadOnlyMemory<byte>> _peers = [];
        private bool _isMutated;

        public int Next(int limit) => random.Next(limit);

        public void AddToken()
        {
            var (token, other) = (Pick(all._tokens), Pick(all._tokens));
            AddSource(token);
            AddSource(other);
            var sent = Encoding.Latin1.GetString(Mutate(Encoding.Latin1.GetBytes(token), Encoding.Latin1.GetBytes(other)));
            if (Next(4) > 0)
            {
                _fields.Add(new(Authorization, (Next(8) == 0 ? "bearer " : "Bearer ") + sent));
                return;
            }

            var protocol = "base64url.bearer.authorization.k8s.io." + Base64Url.EncodeToString(Encoding.Latin1.GetBytes(sent)) + ", v4.channel.k8s.io";
            _fields.AddRange(
                [new("Connection", "Upgrade"), new("Upgrade", "websocket"), new("Sec-WebSocket-Protocol", protocol)]);
        }

        public void AddCertificates()
        {
            var (chain, other) = (Pick(all._certificates), Pick(all._certificates));
            _sources.Add(new AuthenticationRequest { PeerCertificates = chain });
            _sources.Add(new AuthenticationRequest { PeerCertificates = other });
            var joined = Next(3) == 0 ? [.. chain, .. other] : chain;
            _peers = [.. joined.Select((c, i) => (ReadOnlyMemory<byte>)Mutate(c.ToArray(), other[0].ToArray()))];
        }

        public void AddHeader()
        {
            var (name, value) = Pick(all._headers);
            var sent = Encoding.Latin1.GetString(
                Mutate(Encoding.Latin1.GetBytes(value), Encoding.Latin1.GetBytes(Pick(all._headers).Value)));
            _fields.Insert(Next(_fields.Count + 1), new(name, sent));
        }

        public MutatedRequest Made() => new(
            new AuthenticationRequest { Headers = new RequestHeaders(_fields), PeerCertificates = _peers, Path = "/api" },
            [.. _sources],
            _isMutated);

        private void AddSource(string token) => _sources.Add(
            new AuthenticationRequest { Headers = new RequestHeaders([new(Authorization, "Bearer " + token)]) });

        private T Pick<T>(ImmutableArray<T> from) => from[Next(from.Length)];

        /// <summary>Nothing happens to half of the pieces, so that requests are made whose every piece but one is good.</summary>
        private byte[] Mutate(byte[] bytes, byte[] other)
        {
            for (var count = Math.Max(0, Next(4) - 1); count > 0; count--)
            {
                _isMutated = true;
                bytes = MutateOnce(bytes, other);
            }

            return bytes;
        }

        private byte[] MutateOnce(byte[] bytes, byte[] other)
        {
            var at = Next(bytes.Length + 1);
            switch (Next(7))
            {
                case 0: return bytes[..at];
                case 1: return bytes[at..];
                case 2: return [.. bytes[..at], .. other[Math.Min(at, other.Length)..]];
                case 3: return [.. bytes[..at], .. other[Next(other.Length + 1)..]];
                case 4: return [.. bytes[..at], (byte)Next(256), .. bytes[at..]];
                case 5: return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + Next(4))..]];
                default:
                    byte[] flipped = [.. bytes];
                    if (at < flipped.Length)
                    {
                        flipped[at] ^= (byte)(1 << Next(8));
                    }

                    return flipped;
            }
        }
    }
}
