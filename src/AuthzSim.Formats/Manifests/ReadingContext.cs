using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;

namespace AuthzSim.Formats.Manifests;

/// <summary>What all files of one load share.</summary>
internal sealed class ReadingContext
{
    public ReadingContext(DiagnosticBag diagnostics, IManifestSink sink, ReadingProgress progress)
    {
        (Diagnostics, Sink, Progress) = (diagnostics, sink, progress);
        var values = new ValueDecoder(new FileProblems(diagnostics));
        (Rbac, ClusterObjects) = (new RbacDecoder(values), new ClusterObjectDecoder(values));
    }

    public DiagnosticBag Diagnostics { get; }

    public IManifestSink Sink { get; }

    public ReadingProgress Progress { get; }

    public StringCache Strings { get; } = new();

    public RbacDecoder Rbac { get; }

    public ClusterObjectDecoder ClusterObjects { get; }
}
