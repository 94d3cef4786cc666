namespace AuthzSim.Cli.Output;

/// <summary>Says how many bytes of something were read.</summary>
internal sealed class ReadingProgress(CommandContext context, string what = "policy")
    : TerminalProgress(context, bytes => $"reading {what}: {bytes / BytesPerMegabyte:F0} MB")
{
    private const double BytesPerMegabyte = 1_000_000;
}
