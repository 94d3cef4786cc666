namespace AuthzSim.Bench.Fleets;

/// <summary>Hands out one window after the other of data, from the start again when there is no more.</summary>
internal sealed class Cursor
{
    private int _next;

    /// <summary>The next window.</summary>
    /// <param name="all">The data: a whole number of windows.</param>
    /// <param name="length">How long a window is.</param>
    public ReadOnlySpan<T> Take<T>(T[] all, int length)
    {
        var start = _next / length * length % all.Length;
        _next = (start + length) % all.Length;
        return all.AsSpan(start, length);
    }
}
