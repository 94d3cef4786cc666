using System.Diagnostics;

namespace AuthzSim.Cli.Output;

/// <summary>Says on a terminal how much was read, once reading takes more than a second; wiped away at the end.</summary>
internal sealed class ReadingProgress(CommandContext context) : IProgress<long>, IDisposable
{
    private const double BytesPerMegabyte = 1_000_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _shown;

    public void Report(long value)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        if (!context.IsErrorTerminal || elapsed < _patience || elapsed - _shown < _pause)
        {
            return;
        }

        _shown = elapsed;
        context.Error.Write($"\rreading policy: {value / BytesPerMegabyte:F0} MB");
        context.Error.Flush();
    }

    public void Dispose()
    {
        if (_shown > TimeSpan.Zero)
        {
            context.Error.Write("\r\e[K");
        }
    }
}
