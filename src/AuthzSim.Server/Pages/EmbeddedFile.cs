namespace AuthzSim.Server.Pages;

/// <summary>Files that are part of the assembly.</summary>
internal static class EmbeddedFile
{
    /// <summary>A file's bytes.</summary>
    /// <param name="name">Its name.</param>
    public static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"no file {name} is part of the assembly", nameof(name));
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
