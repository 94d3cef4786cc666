using System.Buffers;
using System.Buffers.Text;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// A signed token in compact form (upstream: <c>go-jose.v2</c> <c>JSONWebSignature</c>). Nothing in it may be trusted until
/// <see cref="Verify"/> has found no fault.
/// </summary>
internal sealed class JsonWebSignature
{
    /// <summary>What a signature that does not fit the key is called.</summary>
    public const string CryptoFailure = "go-jose/go-jose: error in cryptographic primitive";

    private static readonly SearchValues<char> _tokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly JoseHeader _header;
    private readonly byte[] _protected;
    private readonly byte[] _payload;
    private readonly byte[] _signature;

    private JsonWebSignature(JoseHeader header, byte[] protectedHeader, byte[] payload, byte[] signature)
    {
        _header = header;
        _protected = protectedHeader;
        _payload = payload;
        _signature = signature;
    }

    /// <summary>The header's <c>kid</c>; empty without.</summary>
    public string KeyId => _header.KeyId;

    /// <summary>The header's <c>alg</c>; empty without.</summary>
    public string Algorithm => _header.Algorithm;

    /// <summary>The payload, whether or not the signature is right.</summary>
    public ReadOnlyMemory<byte> UnsafePayloadWithoutVerification => _payload;

    /// <summary>Reads a token; false when it is not a JWS in compact form. White space anywhere in it is skipped.</summary>
    /// <param name="token">The token.</param>
    /// <param name="signature">The token read.</param>
    public static bool TryParse(string token, out JsonWebSignature signature)
    {
        signature = null!;
        var text = WithoutWhiteSpace(token);
        if (!TrySplit(text, out var first, out var second)
            || !Base64UrlText.TryDecode(text.AsSpan(0, first), out var header)
            || !Base64UrlText.TryDecode(text.AsSpan(first + 1, second - first - 1), out var payload)
            || !Base64UrlText.TryDecode(text.AsSpan(second + 1), out var signed)
            || JoseHeader.Read(header) is not { } read)
        {
            return false;
        }

        signature = new JsonWebSignature(read, header, payload, signed);
        return true;
    }

    /// <summary>Finds the two dots that part a token in three; false when there are more or less.</summary>
    /// <param name="token">The token.</param>
    /// <param name="first">The first dot.</param>
    /// <param name="second">The second dot.</param>
    public static bool TrySplit(string token, out int first, out int second)
    {
        first = token.IndexOf('.', StringComparison.Ordinal);
        second = first < 0 ? -1 : token.IndexOf('.', first + 1);
        return second >= 0 && token.IndexOf('.', second + 1) < 0;
    }

    /// <summary>Checks the signature: null when the key made it, otherwise upstream's error text.</summary>
    /// <param name="key">The key.</param>
    public string? Verify(VerificationKey key)
    {
        if (_header.CriticalError is { } error)
        {
            return error;
        }

        // An empty header part is no JSON, which upstream notices only here.
        if (_protected.Length == 0 || !_header.IsCriticalKnown)
        {
            return CryptoFailure;
        }

        return key.Verify(SigningInput(), _signature, _header.Algorithm) ? null : CryptoFailure;
    }

    private static string WithoutWhiteSpace(string token) =>
        token.AsSpan().ContainsAnyExcept(_tokenCharacters) ? string.Concat(token.Where(c => !char.IsWhiteSpace(c))) : token;

    // Upstream signs what it decoded, encoded again: bits left over in a last character do not count.
    private byte[] SigningInput()
    {
        var header = Base64Url.GetEncodedLength(_protected.Length);
        var payload = _header.IsPayloadEncoded ? Base64Url.GetEncodedLength(_payload.Length) : _payload.Length;
        var input = new byte[header + 1 + payload];
        Base64Url.EncodeToUtf8(_protected, input);
        input[header] = (byte)'.';
        if (_header.IsPayloadEncoded)
        {
            Base64Url.EncodeToUtf8(_payload, input.AsSpan(header + 1));
        }
        else
        {
            _payload.CopyTo(input, header + 1);
        }

        return input;
    }
}
