namespace AuthzSim.Formats.Json;

/// <summary>Times as Go writes microseconds of UTC: <c>2026-01-31T10:17:01.590321Z</c>.</summary>
internal static class UtcTime
{
    private const int Length = 27;

    /// <summary>Reads a time of exactly this form; false for any other, right or wrong.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length != Length || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || text[19] != '.' || text[26] != 'Z')
        {
            return false;
        }

        var wrong = 0U;
        var (year, month, day) = (Number(text[..4], ref wrong), Number(text[5..7], ref wrong), Number(text[8..10], ref wrong));
        var (hour, minute, second) = (Number(text[11..13], ref wrong), Number(text[14..16], ref wrong), Number(text[17..19], ref wrong));
        var microseconds = Number(text[20..26], ref wrong);
        if (wrong > 9 || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + (microseconds * TimeSpan.TicksPerMicrosecond);
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>The number that digits stand for; <paramref name="wrong"/> becomes more than 9 where there is none.</summary>
    private static int Number(ReadOnlySpan<byte> digits, ref uint wrong)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            var value = (uint)(digit - '0');
            wrong = Math.Max(wrong, value);
            number = (number * 10) + (int)value;
        }

        return number;
    }
}
