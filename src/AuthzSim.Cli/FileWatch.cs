using AuthzSim.Formats;

namespace AuthzSim.Cli;

/// <summary>Waits until files change.</summary>
internal static class FileWatch
{
    // Looking is cheap and sees what editors and version control do by renaming, on every file system.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until files are no longer as they were, and then until they no longer change.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="before">How they were; null when that is not known, and then it is enough that they do not change.</param>
    /// <param name="interruption">Waits no longer.</param>
    /// <returns>How they are then; null when interrupted.</returns>
    public static FileStamps? WaitForChange(IReadOnlyCollection<string> paths, FileStamps? before, CancellationToken interruption)
    {
        var last = before;
        while (!interruption.WaitHandle.WaitOne(_pause))
        {
            var now = FileStamps.Of(paths);
            if (!now.Equals(before) && now.Equals(last))
            {
                return now;
            }

            last = now;
        }

        return null;
    }
}
