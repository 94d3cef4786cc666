using System.Diagnostics;

namespace AuthzSim.Cli.Output;

/// <summary>Says on a terminal how far long work has come, once it takes more than a second; wiped away at the end.</summary>
/// <param name="context">Whose standard error it is said on.</param>
/// <param name="text">What to say of a count.</param>
internal class TerminalProgress(CommandContext context, Func<long, string> text) : IProgress<long>, IDisposable
{
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
        context.Error.Write($"\r{text(value)}");
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
