using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;

namespace AuthzSim.Formats.Manifests;

/// <summary>What all files of one load share.</summary>
internal sealed class ReadingContext
{
    private BatchDecoders? _decoders;

    public ReadingContext(DiagnosticBag diagnostics, IManifestSink sink, ReadingProgress progress, IManifestVisitor? visitor = null)
    {
        (Diagnostics, Sink, Progress, Visitor) = (diagnostics, sink, progress, visitor);
        var values = new ValueDecoder(new FileProblems(diagnostics));
        (Rbac, ClusterObjects) = (new RbacDecoder(values), new ClusterObjectDecoder(values));
    }

    /// <summary>How many bytes of items are read at a time beside others.</summary>
    public int BatchSize { get; init; }

    /// <summary>Decoders for what is read beside this.</summary>
    public BatchDecoders Decoders => _decoders ??= new BatchDecoders();

    public DiagnosticBag Diagnostics { get; }

    public IManifestSink Sink { get; }

    public ReadingProgress Progress { get; }

    public IManifestVisitor? Visitor { get; }

    public StringCache Strings { get; } = new();

    public RbacDecoder Rbac { get; }

    public ClusterObjectDecoder ClusterObjects { get; }
}
