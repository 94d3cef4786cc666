using System.Collections.Immutable;
using AuthzSim.Compiled;
using AuthzSim.Formats.Snapshots;
using AuthzSim.Rbac;
using MessagePack;

namespace AuthzSim.Formats;

/// <summary>
/// A policy in one compact file, quick to load: everything a <see cref="PolicySet"/> holds, with a version and a checksum.
/// Equal policies give equal bytes. What is cut off, damaged or of another format is refused as a whole.
/// </summary>
public sealed class PolicySnapshot
{
    private const int HeadLength = 8;

    private readonly string? _path;
    private readonly SnapshotContent _content;

    private PolicySnapshot(string? path, string kubernetesVersion, int size, SnapshotContent content)
    {
        Size = size;
        _path = path;
        KubernetesVersion = kubernetesVersion;
        _content = content;
    }

    /// <summary>The Kubernetes version the snapshot was made for, such as <c>v1.36.2</c>.</summary>
    public string KubernetesVersion { get; }

    /// <summary>True when the default policy was joined to the policy before it was written.</summary>
    public bool IncludesDefaultPolicy => _content.IncludesDefaultPolicy;

    /// <summary>The custom resources, without reading the rest.</summary>
    /// <exception cref="PolicyFormatException">The snapshot contradicts itself.</exception>
    public ImmutableArray<CustomResourceDefinition> CustomResourceDefinitions =>
        Guarded(_path, () => PolicySetDecoder.ReadCustomResourceDefinitions(_content));

    /// <summary>Bytes of the tables.</summary>
    internal int Size { get; }

    /// <summary>True when these first bytes of a file say that it is a snapshot.</summary>
    /// <param name="head">The first bytes, eight of them at least.</param>
    public static bool IsSnapshot(ReadOnlySpan<byte> head) => head.StartsWith(SnapshotFrame.Magic);

    /// <summary>True when a file begins as a snapshot does; its position is the same afterwards.</summary>
    /// <param name="file">A stream that can seek.</param>
    public static bool IsSnapshot(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        Span<byte> head = stackalloc byte[HeadLength];
        var read = file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        file.Seek(-read, SeekOrigin.Current);
        return IsSnapshot(head[..read]);
    }

    /// <summary>Opens a snapshot and verifies it.</summary>
    /// <param name="stream">The snapshot, which is read to its end. Not disposed.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="PolicyFormatException">It is no snapshot, cut off, damaged, or of a format this version does not read.</exception>
    public static PolicySnapshot Open(Stream stream, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Guarded(path, () =>
        {
            var (kubernetesVersion, payload) = SnapshotFrame.Read(stream);
            return new PolicySnapshot(path, kubernetesVersion, payload.Length, new SnapshotContent(payload));
        });
    }

    /// <summary>Reads a snapshot as a policy, equal to the one that was written in every object, order and location.</summary>
    /// <param name="stream">The snapshot, which is read to its end. Not disposed.</param>
    /// <exception cref="PolicyFormatException">It is no snapshot, cut off, damaged, or of a format this version does not read.</exception>
    public static PolicySet ReadPolicySet(Stream stream) => Open(stream).ToPolicySet();

    /// <summary>Reads a snapshot as a compiled policy, at a fraction of the cost of compiling its objects.</summary>
    /// <param name="stream">The snapshot, which is read to its end. Not disposed.</param>
    /// <exception cref="PolicyFormatException">It is no snapshot, cut off, damaged, or of a format this version does not read.</exception>
    public static CompiledPolicy ReadCompiled(Stream stream) => Open(stream).Compile();

    /// <summary>Writes a policy as a snapshot.</summary>
    /// <param name="policy">The policy, with default policy and aggregation applied where they are wanted.</param>
    /// <param name="stream">Takes the snapshot. Not disposed.</param>
    /// <param name="includesDefaultPolicy">What <see cref="IncludesDefaultPolicy"/> will say.</param>
    /// <exception cref="OverflowException">The policy has more than two billion characters or numbers of one sort.</exception>
    public static void Write(PolicySet policy, Stream stream, bool includesDefaultPolicy = false)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(stream);
        SnapshotFrame.Write(SnapshotEncoder.Encode(policy, includesDefaultPolicy).Span, stream);
    }

    /// <summary>
    /// Writes a policy as a snapshot file: all of it or nothing. What was there before stays until the new file is complete
    /// and on disk.
    /// </summary>
    /// <param name="policy">The policy, with default policy and aggregation applied where they are wanted.</param>
    /// <param name="path">The file.</param>
    /// <param name="includesDefaultPolicy">What <see cref="IncludesDefaultPolicy"/> will say.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void WriteFile(PolicySet policy, string path, bool includesDefaultPolicy = false) =>
        AtomicFile.Write(path, stream => Write(policy, stream, includesDefaultPolicy));

    /// <summary>The policy that was written.</summary>
    /// <exception cref="PolicyFormatException">The snapshot contradicts itself.</exception>
    public PolicySet ToPolicySet() => Guarded(_path, () => PolicySetDecoder.Decode(_content));

    /// <summary>The policy compiled; it answers as <see cref="CompiledPolicy.Compile"/> of <see cref="ToPolicySet"/> does.</summary>
    /// <exception cref="PolicyFormatException">The snapshot contradicts itself.</exception>
    public CompiledPolicy Compile() => Guarded(_path, () => CompiledPolicyDecoder.Decode(_content));

    internal static PolicyFormatException Refuse(string? path, string message) =>
        new([new Diagnostic(new SourceLocation(path, 0, 0), DiagnosticSeverity.Error, DiagnosticCodes.Snapshot, message)]);

    private static T Guarded<T>(string? path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or MessagePackSerializationException or EndOfStreamException)
        {
            var message = e is InvalidDataException ? e.Message : "the snapshot is damaged: its tables cannot be read";
            throw Refuse(path, message);
        }
    }
}
