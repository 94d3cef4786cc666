namespace AuthzSim.Formats.Audit;

/// <summary>How to read audit logs.</summary>
public sealed record AuditLogOptions
{
    /// <summary>True to go on without events that cannot be read, which are counted.</summary>
    public bool SkipInvalid { get; init; }

    /// <summary>What the path <c>-</c> means; null forbids it. Not closed.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Is told how many bytes of the files were read so far, as they lie there, zipped or not; or null.</summary>
    public IProgress<long>? BytesRead { get; init; }

    /// <summary>Stops the reading.</summary>
    public CancellationToken CancellationToken { get; init; }
}
