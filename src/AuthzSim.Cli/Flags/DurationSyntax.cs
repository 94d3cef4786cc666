using System.Globalization;

namespace AuthzSim.Cli.Flags;

/// <summary>Durations as Go writes them, of one unit: <c>500ms</c>, <c>5s</c>, <c>1.5m</c>.</summary>
internal static class DurationSyntax
{
    private const double LongestSeconds = 3600;

    /// <summary>Reads a duration.</summary>
    /// <exception cref="CommandException">It is none, not above zero, or longer than an hour.</exception>
    public static TimeSpan Parse(string text, string flag)
    {
        var unit = text.TrimStart("0123456789.".ToCharArray());
        double? seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, _ => null };
        if (seconds is { } factor
            && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor is > 0 and <= LongestSeconds)
        {
            return TimeSpan.FromSeconds(number * factor);
        }

        throw new CommandException($"invalid argument \"{text}\" for \"--{flag}\" flag: a duration such as 500ms, 5s or 1m is needed, at most 60m");
    }
}
