using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// An HMAC-SHA256 under a key of this process: stands for a secret in a table, so that neither the table nor the time of a
/// look-up tells of it.
/// </summary>
internal readonly record struct KeyedDigest(Int128 First, Int128 Second)
{
    private const int StackLimit = 1024;
    private static readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <summary>The digest of texts, each with its length before it, so that no two lists of texts are written alike.</summary>
    public static KeyedDigest Of(string first, params ReadOnlySpan<string> others)
    {
        var length = Length(first) + sizeof(int);
        foreach (var other in others)
        {
            length += Length(other);
        }

        var buffer = length <= StackLimit ? stackalloc byte[StackLimit] : new byte[length];
        var rest = buffer;
        Write(first, ref rest);
        BinaryPrimitives.WriteInt32BigEndian(rest, others.Length);
        rest = rest[sizeof(int)..];
        foreach (var other in others)
        {
            Write(other, ref rest);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, buffer[..length], digest);
        CryptographicOperations.ZeroMemory(buffer[..length]);
        return new KeyedDigest(BinaryPrimitives.ReadInt128BigEndian(digest), BinaryPrimitives.ReadInt128BigEndian(digest[16..]));
    }

    private static int Length(string text) => sizeof(int) + MemoryMarshal.AsBytes(text.AsSpan()).Length;

    private static void Write(string text, ref Span<byte> rest)
    {
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        BinaryPrimitives.WriteInt32BigEndian(rest, bytes.Length);
        bytes.CopyTo(rest[sizeof(int)..]);
        rest = rest[(sizeof(int) + bytes.Length)..];
    }
}
