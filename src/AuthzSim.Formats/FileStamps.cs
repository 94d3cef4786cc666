using AuthzSim.Formats.Loading;

namespace AuthzSim.Formats;

/// <summary>
/// The files that paths mean at one time, with their sizes and times of writing: two that are equal mean that, as far as one
/// can see without reading, nothing has changed.
/// </summary>
public sealed class FileStamps : IEquatable<FileStamps>
{
    private readonly List<(string Path, long Length, DateTime Written)> _stamps;

    private FileStamps(List<(string Path, long Length, DateTime Written)> stamps) => _stamps = stamps;

    /// <summary>How many files there are.</summary>
    public int Count => _stamps.Count;

    /// <summary>Looks at files. What is not there, or goes away meanwhile, is no file.</summary>
    /// <param name="paths">Files, folders and patterns, as <see cref="PolicyLoader.Load"/> takes them.</param>
    public static FileStamps Of(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<(string Path, long Length, DateTime Written)> stamps = [];
        foreach (var path in paths)
        {
            try
            {
                stamps.AddRange((InputPaths.Expand(path) ?? []).Select(FileAt).Where(f => f.Exists)
                    .Select(f => (f.FullName, f.Length, f.LastWriteTimeUtc)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A folder that changes while one looks at it is looked at again before long.
                stamps.Add((path, -1, default));
            }
        }

        return new FileStamps(stamps);
    }

    /// <summary>The file itself: a link does not change when what it leads to does.</summary>
    private static FileInfo FileAt(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;
    }

    /// <inheritdoc/>
    public bool Equals(FileStamps? other) => other is not null && _stamps.SequenceEqual(other._stamps);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FileStamps);

    /// <inheritdoc/>
    public override int GetHashCode() => _stamps.Count;
}
