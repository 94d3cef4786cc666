using System.Globalization;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// A date of a certificate with the zone it was written in, which error texts repeat (upstream: Go's <c>time.Time</c> as
/// cryptobyte reads it; a year 0 is legal there and beyond .NET's dates).
/// </summary>
internal readonly record struct CertificateTime(long UnixSeconds, int OffsetMinutes)
{
    private const int SecondsOfDay = 86400;
    private const int UtcTimeWraps = 2050;

    public static bool TryRead(ref DerReader reader, out CertificateTime time, out string error)
    {
        var isUtc = reader.NextIs(DerTag.UtcTime);
        if (!isUtc && !reader.NextIs(DerTag.GeneralizedTime))
        {
            (time, error) = (default, "x509: unsupported time format");
            return false;
        }

        error = isUtc ? "x509: malformed UTCTime" : "x509: malformed GeneralizedTime";
        time = default;
        return reader.TryRead(isUtc ? DerTag.UtcTime : DerTag.GeneralizedTime, out ReadOnlySpan<byte> text)
            && TryParse(text, isUtc, out time);
    }

    public bool IsAfter(DateTimeOffset instant) => UnixSeconds > Floor(instant);

    public bool IsBefore(DateTimeOffset instant) =>
        UnixSeconds < Floor(instant) || (UnixSeconds == Floor(instant) && instant.UtcTicks % TimeSpan.TicksPerSecond != 0);

    /// <summary>As Go writes RFC 3339.</summary>
    public override string ToString()
    {
        var local = UnixSeconds + (OffsetMinutes * 60L);
        var days = Math.DivRem(local, SecondsOfDay, out var second);
        if (second < 0)
        {
            (days, second) = (days - 1, second + SecondsOfDay);
        }

        var (year, month, day) = Civil(days);
        var zone = OffsetMinutes == 0
            ? "Z"
            : string.Create(CultureInfo.InvariantCulture, $"{(OffsetMinutes < 0 ? '-' : '+')}{Math.Abs(OffsetMinutes) / 60:00}:{Math.Abs(OffsetMinutes) % 60:00}");
        return string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}T{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}{zone}");
    }

    public static string Rfc3339(DateTimeOffset instant) => new CertificateTime(Floor(instant), 0).ToString();

    private static long Floor(DateTimeOffset instant) => instant.ToUnixTimeSeconds();

    private static bool TryParse(ReadOnlySpan<byte> text, bool isUtc, out CertificateTime time)
    {
        time = default;
        var position = 0;
        int year;
        if (isUtc)
        {
            if (!TryNumber(text, ref position, 2, out year))
            {
                return false;
            }

            year += year >= UtcTimeWraps - 2000 ? 1900 : 2000;
        }
        else if (!TryNumber(text, ref position, 4, out year))
        {
            return false;
        }

        if (!TryNumber(text, ref position, 2, out var month) || !TryNumber(text, ref position, 2, out var day)
            || !TryNumber(text, ref position, 2, out var hour) || !TryNumber(text, ref position, 2, out var minute))
        {
            return false;
        }

        var second = 0;
        var mayOmitSeconds = isUtc && position < text.Length && text[position] is (byte)'Z' or (byte)'+' or (byte)'-';
        if (!mayOmitSeconds && !TryNumber(text, ref position, 2, out second))
        {
            return false;
        }

        if (month is < 1 or > 12 || day < 1 || day > DaysIn(year, month) || hour > 23 || minute > 59 || second > 59
            || !TryZone(text[position..], out var offset))
        {
            return false;
        }

        var seconds = (DaysSinceEpoch(year, month, day) * SecondsOfDay) + (hour * 3600) + (minute * 60) + second;
        time = new CertificateTime(seconds - (offset * 60L), offset);
        return true;
    }

    /// <summary>A zero offset must be written Z, because the server compares what it would write itself.</summary>
    private static bool TryZone(ReadOnlySpan<byte> text, out int offset)
    {
        offset = 0;
        if (text.SequenceEqual("Z"u8))
        {
            return true;
        }

        var position = 1;
        if (text.Length != 5 || text[0] is not ((byte)'+' or (byte)'-')
            || !TryNumber(text, ref position, 2, out var hours) || !TryNumber(text, ref position, 2, out var minutes)
            || hours > 24 || minutes > 59 || hours + minutes == 0)
        {
            return false;
        }

        offset = ((hours * 60) + minutes) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, ref int position, int digits, out int value)
    {
        value = 0;
        if (text.Length < position + digits)
        {
            return false;
        }

        for (var end = position + digits; position < end; position++)
        {
            if (!char.IsAsciiDigit((char)text[position]))
            {
                return false;
            }

            value = (value * 10) + text[position] - '0';
        }

        return true;
    }

    private static int DaysIn(int year, int month) =>
        month == 2 ? (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28) : month is 4 or 6 or 9 or 11 ? 30 : 31;

    /// <summary>Counts years from March, so that the leap day is the last of its year.</summary>
    private static long DaysSinceEpoch(int year, int month, int day)
    {
        var y = (long)(month <= 2 ? year - 1 : year) + 400;
        var era = y / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * ((month + 9) % 12)) + 2) / 5) + day - 1;
        return ((era - 1) * 146097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719468;
    }

    private static (long Year, long Month, long Day) Civil(long days)
    {
        var shifted = days + 719468 + 146097;
        var era = shifted / 146097;
        var dayOfEra = shifted - (era * 146097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1;
        var month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        return (yearOfEra + ((era - 1) * 400) + (month <= 2 ? 1 : 0), month, day);
    }
}
