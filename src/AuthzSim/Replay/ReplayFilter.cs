using System.Collections.Immutable;
using AuthzSim.Audit;

namespace AuthzSim.Replay;

/// <summary>Which events of a log to look at.</summary>
public sealed record ReplayFilter
{
    /// <summary>The effective users whose requests to look at; everybody's when empty.</summary>
    public ImmutableHashSet<string> Users { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Requests received before this time are passed over; null for none.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Requests received at this time or later are passed over; null for none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True for an event to look at.</summary>
    /// <param name="event">The event.</param>
    public bool Includes(AuditEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return (Since is null || @event.Time >= Since)
            && (Until is null || @event.Time < Until)
            && (Users.IsEmpty || Users.Contains(@event.EffectiveUser.Name));
    }
}
