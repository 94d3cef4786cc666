namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// An instant compared with the times of a token as Go compares them, far ends of the calendar included (upstream:
/// <c>go-jose.v2/jwt/validation.go</c>).
/// </summary>
internal readonly struct Instant
{
    /// <summary>How long after its end, and before its start, a token still counts.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    // Go counts seconds from the year 1, and lets the sum wrap.
    private const long SecondsBefore1970 = 62135596800;

    private readonly long _ticks;

    private Instant(long ticks) => _ticks = ticks;

    public static Instant Now(TimeProvider clock) => new(clock.GetUtcNow().UtcTicks);

    public static Instant operator +(Instant instant, TimeSpan span) => new(instant._ticks + span.Ticks);

    public static Instant operator -(Instant instant, TimeSpan span) => new(instant._ticks - span.Ticks);

    /// <summary>Seconds since 1970, the fraction cut off.</summary>
    public long UnixSeconds => Seconds - SecondsBefore1970;

    private long Seconds => (long)Math.Floor((decimal)_ticks / TimeSpan.TicksPerSecond);

    public bool IsBefore(long unixSeconds) => Seconds < unchecked(unixSeconds + SecondsBefore1970);

    public bool IsAfter(long unixSeconds)
    {
        var limit = unchecked(unixSeconds + SecondsBefore1970);
        return Seconds > limit || (Seconds == limit && Seconds * TimeSpan.TicksPerSecond != _ticks);
    }

    public bool IsAfter(DateTimeOffset time) => _ticks > time.UtcTicks;
}
