using System.Globalization;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// An instant as Go's <c>time.Time</c> holds it: seconds since the year 1, which wrap around, so that the far ends of the calendar
/// compare as the server compares them.
/// </summary>
internal readonly record struct GoTime
{
    private const long UnixEpoch = 62135596800;
    private const int SecondsOfDay = 86400;
    private const int DaysOf400Years = 146097;
    private const int NanosecondsOfTick = 100;

    private GoTime(long seconds, int nanoseconds) => (Seconds, Nanoseconds) = (seconds, nanoseconds);

    /// <summary>Seconds since 1970, the fraction cut off.</summary>
    public long UnixSeconds => unchecked(Seconds - UnixEpoch);

    private long Seconds { get; }

    private int Nanoseconds { get; }

    /// <summary>The instant of a number of seconds since 1970.</summary>
    public static GoTime FromUnix(long seconds) => new(unchecked(seconds + UnixEpoch), 0);

    public static GoTime Of(DateTimeOffset time) => new(
        time.UtcTicks / TimeSpan.TicksPerSecond, (int)(time.UtcTicks % TimeSpan.TicksPerSecond) * NanosecondsOfTick);

    public bool IsBefore(GoTime other) =>
        Seconds < other.Seconds || (Seconds == other.Seconds && Nanoseconds < other.Nanoseconds);

    public bool IsAfter(GoTime other) => other.IsBefore(this);

    public GoTime Plus(int seconds) => new(unchecked(Seconds + seconds), Nanoseconds);

    /// <summary>As <c>%v</c> prints it in UTC.</summary>
    public override string ToString()
    {
        var (days, second) = Math.DivRem(Seconds, SecondsOfDay);
        (days, second) = second < 0 ? (days - 1, second + SecondsOfDay) : (days, second);

        // Any 400 years have the same days: move to the first ones and back.
        var cycle = Math.DivRem(days, DaysOf400Years, out var inCycle);
        (cycle, inCycle) = inCycle < 0 ? (cycle - 1, inCycle + DaysOf400Years) : (cycle, inCycle);
        var date = DateTime.MinValue.AddDays(inCycle).AddSeconds(second);
        var year = date.Year + (400 * cycle);
        var fraction = Nanoseconds == 0 ? "" : "." + Nanoseconds.ToString("d9", CultureInfo.InvariantCulture).TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{date:MM-dd HH:mm:ss}{fraction} +0000 UTC");
    }
}
