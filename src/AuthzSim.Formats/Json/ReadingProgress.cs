namespace AuthzSim.Formats.Json;

/// <summary>Counts the bytes read, tells whoever listens, and stops when asked to.</summary>
internal sealed class ReadingProgress(IProgress<long>? listener, CancellationToken cancellation)
{
    public long BytesRead { get; private set; }

    public CancellationToken Cancellation => cancellation;

    public void Add(int count)
    {
        cancellation.ThrowIfCancellationRequested();
        BytesRead += count;
        listener?.Report(BytesRead);
    }
}
