using System.IO.Compression;
using System.Text.Json;

namespace AuthzSim.Conformance;

/// <summary>The recorded answers: `fixtures/conformance`, or the folder that AUTHZSIM_CONFORMANCE names.</summary>
internal static class Vectors
{
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("AUTHZSIM_CONFORMANCE") is { Length: > 0 } folder ? folder : FixturesFolder();

    public static string PathOf(string file) => Path.Combine(Folder, file);

    public static JsonElement ReadJson(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(PathOf(file)));
        return document.RootElement.Clone();
    }

    public static IEnumerable<JsonElement> ReadJsonLines(string file)
    {
        using Stream stream = File.OpenRead(PathOf(file));
        using var plain = file.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
        using var reader = new StreamReader(plain);
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string FixturesFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AuthzSim.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run inside a checkout");
        }

        return Path.Combine(folder.FullName, "fixtures", "conformance");
    }
}
