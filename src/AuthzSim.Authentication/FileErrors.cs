namespace AuthzSim.Authentication;

/// <summary>Why a file cannot be read, in Go's words (upstream: <c>os.PathError</c>).</summary>
internal static class FileErrors
{
    /// <summary>The text of an error that reading a file threw.</summary>
    public static string TextOf(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"open {path}: no such file or directory",
        UnauthorizedAccessException => Directory.Exists(path) ? $"read {path}: is a directory" : $"open {path}: permission denied",
        _ => $"open {path}: {error.Message}",
    };
}
