namespace AuthzSim.Cli.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("authzsim-").FullName;

    public string this[string name] => Path.Combine(_path, name);

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Everything in it, by its path in it.</summary>
    public string[] Entries() =>
        [.. Directory.EnumerateFileSystemEntries(_path, "*", SearchOption.AllDirectories).Select(e => Path.GetRelativePath(_path, e)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
