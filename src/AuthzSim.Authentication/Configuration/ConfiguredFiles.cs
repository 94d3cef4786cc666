namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Reads the files that flags name. A path of a manifest is one of the machine the server runs on: when there is no such file
/// here, it is looked for beside the manifest, the longest end of the path first (<c>pki/ca.crt</c>, then <c>ca.crt</c>).
/// </summary>
/// <param name="manifest">The manifest the flags came from; null when there is none.</param>
/// <param name="literalFlags">Flags, dashes included, that did not come from it: their paths are taken as they stand.</param>
public sealed class ConfiguredFiles(string? manifest = null, IReadOnlyCollection<string>? literalFlags = null)
{
    /// <summary>Reads a file.</summary>
    /// <param name="flag">The flag that names it, for texts, as <c>--client-ca-file</c>.</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="AuthenticationConfigurationException">It cannot be read.</exception>
    public byte[] Read(string flag, string path)
    {
        ArgumentNullException.ThrowIfNull(flag);
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return File.ReadAllBytes(Find(flag, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var wasSought = e is FileNotFoundException or DirectoryNotFoundException && FolderFor(flag) is not null;
            var tried = wasSought ? $" (nor is there {string.Join(" or ", Ends(path))} beside {manifest})" : "";
            throw new AuthenticationConfigurationException($"{flag}: {FileErrors.TextOf(path, e)}{tried}", e);
        }
    }

    private string Find(string flag, string path) => File.Exists(path) || FolderFor(flag) is not { } folder
        ? path
        : Ends(path).Select(e => Path.Combine(folder, e)).FirstOrDefault(File.Exists) ?? path;

    private string? FolderFor(string flag) =>
        manifest is null || literalFlags?.Contains(flag) == true ? null : Path.GetDirectoryName(Path.GetFullPath(manifest));

    private static IEnumerable<string> Ends(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Contains("..") ? [parts[^1]] : Enumerable.Range(0, parts.Length).Select(i => string.Join('/', parts[i..]));
    }
}
