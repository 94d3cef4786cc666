using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// What stands around the tables: a magic number, the version of the format, the Kubernetes version whose default policy and
/// rules were applied, the length, and a checksum over all of it and the tables.
/// </summary>
internal static class SnapshotFrame
{
    public const string KubernetesVersion = "v1.36.2";

    private const int VersionOffset = 8;
    private const int KubernetesOffset = 12;
    private const int KubernetesBytes = 16;
    private const int LengthOffset = KubernetesOffset + KubernetesBytes;
    private const int ChecksumOffset = LengthOffset + sizeof(long);
    private const int ChecksumBytes = 16;
    private const int HeaderBytes = ChecksumOffset + ChecksumBytes;
    private const int FirstBuffer = 1 << 16;

    /// <summary>Starts no text in UTF-8, and shows when line ends were translated on the way.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'A', (byte)'Z', (byte)'S', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    public static void Write(ReadOnlySpan<byte> payload, Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[VersionOffset..], SnapshotLayout.FormatVersion);
        Encoding.ASCII.GetBytes(KubernetesVersion, header[KubernetesOffset..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[LengthOffset..], payload.Length);
        Checksum(header, payload, header[ChecksumOffset..]);
        stream.Write(header);
        stream.Write(payload);
    }

    /// <summary>Reads a whole snapshot, to the end of the stream. Nothing is allocated for bytes that do not come.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot, or not all of one.</exception>
    public static (string KubernetesVersion, ReadOnlyMemory<byte> Payload) Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        var read = stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (!header[..Math.Min(read, Magic.Length)].SequenceEqual(Magic[..Math.Min(read, Magic.Length)]) || read == 0)
        {
            throw new InvalidDataException("this is no snapshot");
        }

        if (read < HeaderBytes)
        {
            throw new InvalidDataException("the snapshot is cut off");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(header[VersionOffset..]);
        if (version != SnapshotLayout.FormatVersion)
        {
            throw new InvalidDataException(version > SnapshotLayout.FormatVersion
                ? $"the snapshot has format {version}, which a later version wrote; this one reads format {SnapshotLayout.FormatVersion}"
                : $"the snapshot has format {version}; this version reads format {SnapshotLayout.FormatVersion}: compile the policy again");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(header[LengthOffset..]);
        if (length < 0 || length > Array.MaxLength)
        {
            throw new InvalidDataException("the snapshot is damaged: it gives no possible length");
        }

        var payload = ReadPayload(stream, (int)length);
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        Checksum(header, payload.Span, checksum);
        if (!checksum.SequenceEqual(header.Slice(ChecksumOffset, ChecksumBytes)))
        {
            throw new InvalidDataException("the snapshot is damaged: its checksum is wrong");
        }

        var kubernetes = Encoding.ASCII.GetString(header.Slice(KubernetesOffset, KubernetesBytes).TrimEnd((byte)0));
        return (kubernetes, payload);
    }

    private static ReadOnlyMemory<byte> ReadPayload(Stream stream, int length)
    {
        var isKnown = stream.CanSeek && stream.Length - stream.Position >= length;
        var buffer = GC.AllocateUninitializedArray<byte>(isKnown ? length : Math.Min(length, FirstBuffer));
        var count = 0;
        while (count < length)
        {
            if (count == buffer.Length)
            {
                var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, 2L * buffer.Length));
                buffer.AsSpan().CopyTo(larger);
                buffer = larger;
            }

            var read = stream.Read(buffer.AsSpan(count));
            count += read > 0 ? read : throw new InvalidDataException("the snapshot is cut off");
        }

        Span<byte> more = stackalloc byte[1];
        return stream.Read(more) == 0 ? buffer : throw new InvalidDataException("the snapshot is damaged: something follows it");
    }

    private static void Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> result)
    {
        var hash = new XxHash128();
        hash.Append(header[..ChecksumOffset]);
        hash.Append(payload);
        hash.GetHashAndReset(result);
    }
}
