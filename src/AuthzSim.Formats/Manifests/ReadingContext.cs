using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;

namespace AuthzSim.Formats.Manifests;

/// <summary>What all files of one load share.</summary>
internal sealed class ReadingContext
{
    public ReadingContext(DiagnosticBag diagnostics, IManifestSink sink, ReadingProgress progress, IManifestVisitor? visitor = null)
    {
        (Diagnostics, Sink, Progress, Visitor) = (diagnostics, sink, progress, visitor);
        var values = new ValueDecoder(new FileProblems(diagnostics));
        (Rbac, ClusterObjects) = (new RbacDecoder(values), new ClusterObjectDecoder(values));
    }

    public DiagnosticBag Diagnostics { get; }

    public IManifestSink Sink { get; }

    public ReadingProgress Progress { get; }

    public IManifestVisitor? Visitor { get; }

    public StringCache Strings { get; } = new();

    public RbacDecoder Rbac { get; }

    public ClusterObjectDecoder ClusterObjects { get; }
}
