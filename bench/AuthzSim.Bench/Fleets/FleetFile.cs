using AuthzSim.Formats;
using AuthzSim.Generation;
using AuthzSim.Rbac;

namespace AuthzSim.Bench.Fleets;

/// <summary>A fleet as a manifest in a temporary file, and its bytes.</summary>
internal sealed class FleetFile : IDisposable
{
    private FleetFile(string extension) => Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"fleet-{Guid.NewGuid():N}.{extension}");

    public string Path { get; }

    public static FleetFile Json(FleetGenerator generator)
    {
        var file = new FleetFile("json");
        using var stream = File.Create(file.Path);
        ManifestWriter.WriteJson(generator.Objects(), stream);
        return file;
    }

    public static FleetFile Yaml(FleetGenerator generator)
    {
        var file = new FleetFile("yaml");
        using var writer = new StreamWriter(file.Path);
        ManifestWriter.WriteYaml(generator.Objects(), writer);
        return file;
    }

    /// <summary>The fleet as a snapshot.</summary>
    public static byte[] SnapshotBytes(FleetGenerator generator)
    {
        using var stream = new MemoryStream();
        PolicySnapshot.Write(generator.ToPolicySet(), stream);
        return stream.ToArray();
    }

    /// <summary>Reads, validates and builds, as the command line does before it compiles.</summary>
    public PolicySet Load() => PolicyLoader.Load([Path], new PolicyLoadOptions { IncludeDefaultPolicy = false }).Policy;

    public void Dispose() => File.Delete(Path);
}
