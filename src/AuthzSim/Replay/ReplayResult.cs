using System.Collections.Immutable;
using AuthzSim.Audit;

namespace AuthzSim.Replay;

/// <summary>What came out of asking the requests of a log again.</summary>
public sealed record ReplayResult
{
    /// <summary>The requests that differ: denied ones first, the most frequent first, what exceeds the number of groups last.</summary>
    public required ImmutableArray<ReplayGroup> Groups { get; init; }

    /// <summary>How many events were read.</summary>
    public required long Events { get; init; }

    /// <summary>How many of them the filter passed over.</summary>
    public required long Filtered { get; init; }

    /// <summary>What the others were.</summary>
    public required ImmutableArray<long> Uses { get; init; }

    /// <summary>How many requests are now denied.</summary>
    public required long NowDenied { get; init; }

    /// <summary>How many requests are now allowed.</summary>
    public required long NowAllowed { get; init; }

    /// <summary>How many requests were compared.</summary>
    public long Compared => Of(AuditEventUse.Request);

    /// <summary>How many requests are decided as before.</summary>
    public long Equal => Compared - Differing;

    /// <summary>How many are not.</summary>
    public long Differing => NowDenied + NowAllowed;

    /// <summary>How many of the events that the filter let through were of one use.</summary>
    /// <param name="use">The use.</param>
    public long Of(AuditEventUse use) => Uses[(int)use];
}
