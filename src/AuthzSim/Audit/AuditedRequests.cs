using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AuthzSim.Rbac;

namespace AuthzSim.Audit;

/// <summary>
/// Tells events that stand for a request from those that do not, so that every request counts once, in whatever order its
/// events come. Remembers of long-running requests, which have two events, the half of a pair whose other half is still to
/// come: the latest million of them; of a pair further apart both halves count. Not safe to share between threads.
/// </summary>
public sealed class AuditedRequests
{
    private const int Generation = 1 << 19;
    private const string RbacReason = "RBAC: ";

    private readonly long[] _counts = new long[Enum.GetValues<AuditEventUse>().Length];
    private HashSet<UInt128> _halves = [];
    private HashSet<UInt128> _olderHalves = [];

    /// <summary>How many events there were of each use.</summary>
    public ImmutableArray<long> Counts => ImmutableCollectionsMarshal.AsImmutableArray((long[])_counts.Clone());

    /// <summary>How many events there were.</summary>
    public long Events => _counts.Sum();

    /// <summary>How many events there were of one use.</summary>
    /// <param name="use">The use.</param>
    public long this[AuditEventUse use] => _counts[(int)use];

    /// <summary>Says what the next event is, and counts it.</summary>
    /// <param name="event">The event.</param>
    public AuditEventUse Take(AuditEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var use = UseOf(@event);
        _counts[(int)use]++;
        return use;
    }

    private AuditEventUse UseOf(AuditEvent @event)
    {
        if (@event.Stage == AuditStage.RequestReceived)
        {
            return AuditEventUse.Received;
        }

        // The one event of a failed authentication is called ResponseStarted, and nothing follows it.
        if (@event.ResponseCode == 401 && @event.AnnotatedDecision is null && @event.User.Name.Length == 0)
        {
            return AuditEventUse.Unauthenticated;
        }

        if (HasTwoEvents(@event) && IsSecondHalf(KeyOf(@event)))
        {
            return AuditEventUse.Repeated;
        }

        return @event.Decision switch
        {
            AuditDecision.Allow => IsAllowedByOther(@event) ? AuditEventUse.AllowedByOther : AuditEventUse.Request,
            AuditDecision.Forbid => AuditEventUse.Request,
            _ when @event.ResponseCode == 401 => AuditEventUse.Unauthenticated,
            _ when @event.ResponseCode == 403 && @event.ImpersonatedUser is null => AuditEventUse.ImpersonationRefused,
            _ => AuditEventUse.Undecided,
        };
    }

    /// <summary>Upstream's Node authorizer allows without a reason, and so does membership in system:masters, which no policy changes.</summary>
    private static bool IsAllowedByOther(AuditEvent @event) =>
        @event.AnnotatedDecision is not null
        && !@event.Reason.StartsWith(RbacReason, StringComparison.Ordinal)
        && !@event.EffectiveUser.Groups.Contains(RbacNames.SystemMasters);

    /// <summary>Upstream's long-running requests (<c>BasicLongRunningRequestCheck</c> as kube-apiserver configures it).</summary>
    private static bool HasTwoEvents(AuditEvent @event)
    {
        if (@event.Stage == AuditStage.ResponseStarted)
        {
            return true;
        }

        var action = @event.Action;
        return action.Verb is "watch" or "proxy"
            || (action.IsResourceRequest
                ? action.Subresource is "attach" or "exec" or "proxy" or "log" or "portforward"
                : action.Path.StartsWith("/debug/pprof/", StringComparison.Ordinal));
    }

    private bool IsSecondHalf(UInt128 key)
    {
        if (_halves.Remove(key) || _olderHalves.Remove(key))
        {
            return true;
        }

        _halves.Add(key);
        if (_halves.Count == Generation)
        {
            (_olderHalves, _halves) = (_halves, _olderHalves);
            _halves.Clear();
        }

        return false;
    }

    /// <summary>A client may choose the id, so the time of receipt belongs to it.</summary>
    private static UInt128 KeyOf(AuditEvent @event)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        if (@event.Id is not { } id && !Guid.TryParseExact(@event.AuditId, "D", out id))
        {
            SHA256.HashData(MemoryMarshal.AsBytes(@event.AuditId.AsSpan()), bytes);
        }
        else
        {
            id.TryWriteBytes(bytes);
        }

        return MemoryMarshal.Read<UInt128>(bytes) ^ (UInt128)@event.Time.UtcTicks;
    }
}
