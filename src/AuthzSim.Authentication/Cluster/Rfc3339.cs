using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthzSim.Authentication.Cluster;

/// <summary>Times as Go's <c>time.Parse(time.RFC3339, s)</c> reads them: a fraction may stand after the seconds.</summary>
internal static partial class Rfc3339
{
    private const int DigitsOfTick = 7;

    /// <summary>Reads a time; fractions finer than a tick are cut off.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var match = Form().Match(text);
        if (!match.Success
            || !DateTime.TryParseExact(
                match.Groups["time"].Value, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return false;
        }

        var fraction = match.Groups["fraction"].Value.PadRight(DigitsOfTick, '0')[..DigitsOfTick];
        var offset = OffsetOf(match.Groups["zone"].Value);
        local = local.AddTicks(long.Parse(fraction, CultureInfo.InvariantCulture));
        if (offset is not { } zone || (local - DateTime.MinValue) < zone || (DateTime.MaxValue - local) < -zone)
        {
            return false;
        }

        time = new DateTimeOffset(DateTime.SpecifyKind(local - zone, DateTimeKind.Utc));
        return true;
    }

    private static TimeSpan? OffsetOf(string zone)
    {
        if (zone == "Z")
        {
            return TimeSpan.Zero;
        }

        var (hours, minutes) =
            (int.Parse(zone[1..3], CultureInfo.InvariantCulture), int.Parse(zone[4..6], CultureInfo.InvariantCulture));
        var offset = new TimeSpan(hours, minutes, 0);
        return hours > 24 || minutes > 60 ? null : zone[0] == '-' ? -offset : offset;
    }

    [GeneratedRegex(
        @"\A(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})([.,](?<fraction>[0-9]+))?(?<zone>Z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
