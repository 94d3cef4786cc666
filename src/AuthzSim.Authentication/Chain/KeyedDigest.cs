using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// A SHA-256 between two copies of a key of this process: stands for a secret in a table, so that neither the table nor the
/// time of a look-up tells of it. Upstream takes an HMAC, of which nobody sees anything either and which costs twice as much.
/// </summary>
internal readonly record struct KeyedDigest(Int128 First, Int128 Second)
{
    private const int StackLimit = 2048;
    private const int Head = 1 + sizeof(int);
    private static readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <summary>The digest of texts, each with its length before it, so that no two lists of texts are written alike.</summary>
    public static KeyedDigest Of(string first, params ReadOnlySpan<string> others)
    {
        var length = _key.Length + Length(first) + sizeof(int) + _key.Length;
        foreach (var other in others)
        {
            length += Length(other);
        }

        var buffer = length <= StackLimit ? stackalloc byte[StackLimit] : new byte[length];
        var rest = buffer;
        Append(_key, ref rest);
        Write(first, ref rest);
        BinaryPrimitives.WriteInt32BigEndian(rest, others.Length);
        rest = rest[sizeof(int)..];
        foreach (var other in others)
        {
            Write(other, ref rest);
        }

        Append(_key, ref rest);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..length], digest);
        CryptographicOperations.ZeroMemory(buffer[..length]);
        return new KeyedDigest(BinaryPrimitives.ReadInt128BigEndian(digest), BinaryPrimitives.ReadInt128BigEndian(digest[16..]));
    }

    private static int Length(string text) => Head + (Ascii.IsValid(text) ? text.Length : text.Length * sizeof(char));

    /// <summary>Writes the width of a character, the length in bytes, and the text: one byte a character where that is all of it.</summary>
    private static void Write(string text, ref Span<byte> rest)
    {
        var length = Length(text) - Head;
        rest[0] = length == text.Length ? (byte)1 : (byte)sizeof(char);
        BinaryPrimitives.WriteInt32BigEndian(rest[1..], length);
        rest = rest[Head..];
        if (length == text.Length)
        {
            Encoding.Latin1.GetBytes(text, rest);
            rest = rest[length..];
        }
        else
        {
            Append(MemoryMarshal.AsBytes(text.AsSpan()), ref rest);
        }
    }

    private static void Append(ReadOnlySpan<byte> bytes, ref Span<byte> rest)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
