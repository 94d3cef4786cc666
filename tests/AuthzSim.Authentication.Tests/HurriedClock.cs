namespace AuthzSim.Authentication.Tests;

/// <summary>A clock whose timers go twenty times as fast.</summary>
internal sealed class HurriedClock : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime < TimeSpan.Zero ? dueTime : dueTime / 20, period);
}
