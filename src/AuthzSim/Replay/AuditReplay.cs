using AuthzSim.Audit;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Replay;

/// <summary>
/// Asks the requests of an audit log again: what a policy decides otherwise than the server did, or than another policy does.
/// Members of <c>system:masters</c> are allowed everything, as by the server; requests that another authorizer than RBAC allowed
/// are left out. The order of events plays no part, up to <see cref="MostGroups"/>. Not safe to share between threads.
/// </summary>
/// <param name="before">The policy that decided before; null to take what the server wrote down.</param>
/// <param name="after">The policy that decides now.</param>
/// <param name="filter">Which events to look at.</param>
public sealed class AuditReplay(CompiledPolicy? before, CompiledPolicy after, ReplayFilter filter)
{
    /// <summary>How many groups are told apart; requests of further ones are told as one group for each direction.</summary>
    public const int MostGroups = 10_000;

    private readonly AuditedRequests _requests = new();
    private readonly RepeatedDecisions _decisions = new();
    private readonly Dictionary<ReplayKey, GroupTally> _groups = [];
    private readonly Dictionary<ReplayDirection, GroupTally> _rest = [];
    private readonly long[] _differing = new long[Enum.GetValues<ReplayDirection>().Length];
    private long _filtered;

    /// <summary>Asks the request of the next event again, if it stands for one.</summary>
    /// <param name="event">The event.</param>
    public void Add(AuditEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (!filter.Includes(@event))
        {
            _filtered++;
            return;
        }

        if (_requests.Take(@event) != AuditEventUse.Request || @event.EffectiveUser.Groups.Contains(RbacNames.SystemMasters))
        {
            return;
        }

        var decided = Decide(@event);
        var wasAllowed = before is null ? @event.Decision == AuditDecision.Allow : decided.WasAllowed;
        if (decided.IsAllowed != wasAllowed)
        {
            Note(@event, wasAllowed ? ReplayDirection.NowDenied : ReplayDirection.NowAllowed);
        }
    }

    /// <summary>What came out so far.</summary>
    public ReplayResult ToResult() => new()
    {
        Groups =
        [
            .. _groups.Select(g => ToGroup(g.Key, g.Key.Direction, g.Value)).OrderBy(g => g.Direction).ThenByDescending(g => g.Count)
                .ThenBy(g => g.Key!.User, StringComparer.Ordinal).ThenBy(g => g.Key!.Path + g.Key.ApiGroup, StringComparer.Ordinal)
                .ThenBy(g => g.Key!.Resource, StringComparer.Ordinal).ThenBy(g => g.Key!.Subresource, StringComparer.Ordinal)
                .ThenBy(g => g.Key!.Verb, StringComparer.Ordinal),
            .. _rest.OrderBy(g => g.Key).Select(g => ToGroup(null, g.Key, g.Value)),
        ],
        Events = _requests.Events + _filtered,
        Filtered = _filtered,
        Uses = _requests.Counts,
        NowDenied = _differing[(int)ReplayDirection.NowDenied],
        NowAllowed = _differing[(int)ReplayDirection.NowAllowed],
    };

    private ReplayedDecision Decide(AuditEvent @event)
    {
        var (user, action) = (@event.EffectiveUser, @event.Action);
        if (!_decisions.TryGet(@event.SharedHash, user, action, out var decided))
        {
            var request = action.ToAttributes(user);
            decided = new ReplayedDecision(before?.Check(request).IsAllowed ?? false, after.Check(request).IsAllowed);
            _decisions.Put(@event.SharedHash, user, action, decided);
        }

        return decided;
    }

    private void Note(AuditEvent @event, ReplayDirection direction)
    {
        _differing[(int)direction]++;
        var key = ReplayKey.Of(direction, @event);
        if (!_groups.TryGetValue(key, out var tally))
        {
            if (_groups.Count < MostGroups)
            {
                _groups.Add(key, tally = new GroupTally(@event));
            }
            else if (!_rest.TryGetValue(direction, out tally))
            {
                _rest.Add(direction, tally = new GroupTally(@event));
            }
        }

        tally.Add(@event);
    }

    private ReplayGroup ToGroup(ReplayKey? key, ReplayDirection direction, GroupTally tally)
    {
        var (example, request) = (tally.Example, tally.Example.ToAttributes());
        return new ReplayGroup
        {
            Key = key,
            Direction = direction,
            Count = tally.Count,
            First = example.Time,
            Last = tally.Last,
            Namespaces = tally.Namespaces,
            HasMoreNamespaces = tally.HasMoreNamespaces,
            Example = example,
            Before = before is null ? Recorded(example) : before.Authorize(request),
            After = after.Authorize(request),
        };
    }

    private static AuthorizationResult Recorded(AuditEvent @event) =>
        new(@event.Decision == AuditDecision.Allow ? Decision.Allow : Decision.NoOpinion, @event.Reason);
}
