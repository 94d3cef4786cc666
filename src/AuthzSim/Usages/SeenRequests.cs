using System.Collections.Immutable;
using AuthzSim.Audit;
using AuthzSim.Rbac;
using AuthzSim.Replay;
using AuthzSim.Requests;

namespace AuthzSim.Usages;

/// <summary>
/// The distinct requests of audit logs, as far as RBAC decided them: those of <c>system:masters</c>, of other authorizers and
/// those that never came to be authorized are counted apart. Memory follows the distinct requests. Not safe to share between
/// threads.
/// </summary>
/// <param name="filter">Which events to look at.</param>
/// <param name="most">How many distinct requests to keep.</param>
public sealed class SeenRequests(ReplayFilter filter, int most = SeenRequests.Most)
{
    /// <summary>How many distinct requests are kept unless said otherwise: some 200 bytes each.</summary>
    public const int Most = 2_000_000;

    private readonly AuditedRequests _requests = new();
    private readonly Dictionary<SeenKey, Tally> _seen = [];

    /// <summary>How many events the filter passed over.</summary>
    public long Filtered { get; private set; }

    /// <summary>How many requests members of <c>system:masters</c> made, which no policy decides.</summary>
    public long OfMasters { get; private set; }

    /// <summary>How many requests are not among the seen ones because there were too many distinct ones.</summary>
    public long BeyondMost { get; private set; }

    /// <summary>How many events there were.</summary>
    public long Events => _requests.Events + Filtered;

    /// <summary>How many requests RBAC decided.</summary>
    public long Count => _requests[AuditEventUse.Request] - OfMasters;

    /// <summary>The requests, in the order in which they were first seen.</summary>
    public ImmutableArray<SeenRequest> Requests =>
        [.. _seen.Values.Select(t => new SeenRequest(t.Request, t.WasAllowed, t.Count, t.Last))];

    /// <summary>Takes note of the request of the next event, if it stands for one.</summary>
    /// <param name="event">The event.</param>
    public void Add(AuditEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (!filter.Includes(@event))
        {
            Filtered++;
            return;
        }

        if (_requests.Take(@event) != AuditEventUse.Request)
        {
            return;
        }

        if (@event.EffectiveUser.Groups.Contains(RbacNames.SystemMasters))
        {
            OfMasters++;
            return;
        }

        var request = @event.ToAttributes();
        var wasAllowed = @event.Decision == AuditDecision.Allow;
        var key = new SeenKey(
            request.User.Name, new GroupList(request.User.Groups), request.Verb, request.ApiGroup, request.Resource, request.Subresource,
            request.Namespace, request.Name, request.IsResourceRequest ? "" : request.Path, wasAllowed);
        if (_seen.TryGetValue(key, out var tally))
        {
            tally.Add(@event.Time);
        }
        else if (_seen.Count < most)
        {
            _seen.Add(key, new Tally(request, wasAllowed, @event.Time));
        }
        else
        {
            BeyondMost++;
        }
    }

    private sealed class Tally(RequestAttributes request, bool wasAllowed, DateTimeOffset time)
    {
        public RequestAttributes Request => request;

        public bool WasAllowed => wasAllowed;

        public long Count { get; private set; } = 1;

        public DateTimeOffset Last { get; private set; } = time;

        public void Add(DateTimeOffset time)
        {
            Count++;
            Last = time > Last ? time : Last;
        }
    }
}
