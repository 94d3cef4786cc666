namespace AuthzSim.Server.State;

/// <summary>Where objects outlast the server.</summary>
internal interface IStateStorage : IDisposable
{
    /// <summary>What is there; null when nothing was ever saved.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    SavedState? Load();

    /// <summary>Makes changes last, all of them or none.</summary>
    /// <param name="version">The resourceVersion after them.</param>
    /// <param name="events">The changes of objects, in order.</param>
    /// <param name="files">What the policy files say now, where that changed; a null digest for what they say no longer.</param>
    /// <exception cref="StorageException">Nothing was saved.</exception>
    void Save(long version, IEnumerable<ObjectEvent> events, IEnumerable<(FileKey Key, byte[]? Digest)> files);
}

/// <summary>What a storage holds.</summary>
/// <param name="Version">The resourceVersion of the last change.</param>
/// <param name="Objects">The objects.</param>
/// <param name="Files">What the policy files said when they were last read.</param>
internal sealed record SavedState(long Version, List<StoredObject> Objects, Dictionary<FileKey, byte[]> Files);

/// <summary>An object of the policy files.</summary>
internal readonly record struct FileKey(int Resource, string Namespace, string Name);

/// <summary>A change could not be saved, and was not made, or nothing can be loaded.</summary>
internal sealed class StorageException : IOException
{
    public StorageException()
    {
    }

    public StorageException(string message)
        : base(message)
    {
    }

    public StorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
