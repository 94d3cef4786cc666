using System.Diagnostics;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>A bar on a terminal's standard error; wiped away at the end.</summary>
internal sealed class BenchmarkProgress(CommandContext context) : IDisposable
{
    private const int Width = 30;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private string _phase = "";
    private long _shownAt;

    public void Show(string phase, double share)
    {
        if (!context.IsErrorTerminal || (phase == _phase && share < 1 && Stopwatch.GetElapsedTime(_shownAt) < _pause))
        {
            return;
        }

        (_phase, _shownAt) = (phase, Stopwatch.GetTimestamp());
        var full = (int)(share * Width);
        context.Error.Write($"\r\e[K[{new string('#', full)}{new string('.', Width - full)}] {phase}");
        context.Error.Flush();
    }

    public void Dispose()
    {
        if (_phase.Length > 0)
        {
            context.Error.Write("\r\e[K");
        }
    }
}
