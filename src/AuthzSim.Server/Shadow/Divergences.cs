using System.Globalization;
using System.Text;
using System.Text.Json;
using AuthzSim.Audit;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Replay;
using AuthzSim.Requests;
using AuthzSim.Server.Requests;
using Microsoft.Extensions.Logging;

namespace AuthzSim.Server.Shadow;

/// <summary>
/// What a candidate decides otherwise than was decided: counted, written to the log and kept in groups, the latest
/// <see cref="MostGroups"/> of them. Safe to share between threads.
/// </summary>
internal sealed partial class Divergences
{
    public const int MostGroups = 1000;

    private readonly CompiledPolicy _candidate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<(ReplayKey Key, string Namespace), LinkedListNode<Group>> _groups = [];
    private readonly LinkedList<Group> _newestFirst = new();
    private readonly AuditedRequests _audited = new();
    private readonly long[] _counts = new long[Enum.GetValues<ReplayDirection>().Length];
    private long _compared;
    private long _droppedGroups;
    private long _droppedRequests;

    public Divergences(PolicySet candidate, TimeProvider time, ILogger logger)
    {
        _candidate = CompiledPolicy.Compile(ClusterRoleAggregation.Apply(candidate));
        (_time, _logger) = (time, logger);
    }

    /// <summary>Those of a server's candidate; null when it has none.</summary>
    public static Divergences? Of(ServerOptions options, ILogger logger) =>
        options.Candidate is { } candidate ? new Divergences(candidate, options.Time, logger) : null;

    /// <summary>Lets the candidate decide what this server has decided.</summary>
    public void Compare(in RequestAttributes request, in AuthorizationResult served) =>
        Compare(request, served, Divergence.OfServer, at: null);

    /// <summary>Lets the candidate decide what another server has decided, unless it is another event of a request that it has.</summary>
    public void Compare(IEnumerable<AuditEvent> events)
    {
        foreach (var @event in events)
        {
            bool isRequest;
            lock (_lock)
            {
                isRequest = _audited.Take(@event) == AuditEventUse.Request;
            }

            if (isRequest)
            {
                var wasAllowed = @event.Decision == AuditDecision.Allow;
                var recorded = new AuthorizationResult(wasAllowed ? Decision.Allow : Decision.NoOpinion, @event.Reason);
                Compare(@event.ToAttributes(), recorded, Divergence.OfAudit, @event.Time);
            }
        }
    }

    public void WriteMetricsTo(StringBuilder text) => text
        .Append("# HELP authzsim_shadow_decisions_total Requests that the candidate decided as well.\n# TYPE authzsim_shadow_decisions_total counter\n")
        .Append(CultureInfo.InvariantCulture, $"authzsim_shadow_decisions_total {Interlocked.Read(ref _compared)}\n")
        .Append("# HELP authzsim_shadow_divergences_total Requests that the candidate decides otherwise, by direction.\n")
        .Append("# TYPE authzsim_shadow_divergences_total counter\n")
        .Append(CultureInfo.InvariantCulture, $"authzsim_shadow_divergences_total{{direction=\"now_allowed\"}} {CountOf(ReplayDirection.NowAllowed)}\n")
        .Append(CultureInfo.InvariantCulture, $"authzsim_shadow_divergences_total{{direction=\"now_denied\"}} {CountOf(ReplayDirection.NowDenied)}\n");

    /// <summary>Writes the list, newest first.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        lock (_lock)
        {
            json.WriteStartObject();
            json.WriteString("apiVersion"u8, "authzsim.io/v1"u8);
            json.WriteString("kind"u8, "DivergenceList"u8);
            json.WriteNumber("compared"u8, Interlocked.Read(ref _compared));
            json.WriteNumber("nowAllowed"u8, CountOf(ReplayDirection.NowAllowed));
            json.WriteNumber("nowDenied"u8, CountOf(ReplayDirection.NowDenied));
            json.WriteStartObject("dropped"u8);
            json.WriteNumber("groups"u8, _droppedGroups);
            json.WriteNumber("requests"u8, _droppedRequests);
            json.WriteEndObject();
            json.WriteStartArray("items"u8);
            foreach (var group in _newestFirst)
            {
                group.WriteTo(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private long CountOf(ReplayDirection direction) => Interlocked.Read(ref _counts[(int)direction]);

    private void Compare(in RequestAttributes request, in AuthorizationResult served, string source, DateTimeOffset? at)
    {
        Interlocked.Increment(ref _compared);

        // Its members may do everything under either policy.
        if (request.User.Groups.Contains(RbacNames.SystemMasters))
        {
            return;
        }

        var check = _candidate.Check(request);
        if (check.IsAllowed != served.IsAllowed)
        {
            var direction = served.IsAllowed ? ReplayDirection.NowDenied : ReplayDirection.NowAllowed;
            Note(new Divergence(direction, request, source, served, _candidate.Explain(request, check), at ?? _time.GetUtcNow()));
        }
    }

    private void Note(Divergence divergence)
    {
        var key = (Key: ReplayKey.Of(divergence.Direction, divergence.Request), divergence.Request.Namespace);
        Interlocked.Increment(ref _counts[(int)divergence.Direction]);
        lock (_lock)
        {
            if (_groups.TryGetValue(key, out var known))
            {
                known.Value.Add(divergence);
                _newestFirst.Remove(known);
                _newestFirst.AddFirst(known);
            }
            else
            {
                _groups.Add(key, _newestFirst.AddFirst(new Group(key.Key, key.Namespace, divergence)));
                DropOldest();
            }
        }

        if (_logger.IsEnabled(LogLevel.Information))
        {
            var line = TextOf(divergence, key.Key);
            LogDivergence(_logger, line);
        }
    }

    private void DropOldest()
    {
        if (_groups.Count > MostGroups)
        {
            var oldest = _newestFirst.Last!.Value;
            _newestFirst.RemoveLast();
            _groups.Remove((oldest.Key, oldest.Namespace));
            _droppedGroups++;
            _droppedRequests += oldest.Count;
        }
    }

    private static string TextOf(Divergence divergence, ReplayKey key) => Encoding.UTF8.GetString(ServerJson.Written(json =>
    {
        json.WriteStartObject();
        json.WriteString("event"u8, "divergence"u8);
        json.WriteString("time"u8, ServerTime.Text(divergence.At));
        Divergence.WriteKey(json, key, divergence.Request.Namespace);
        json.WriteStartObject("request"u8);
        divergence.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }).Span);

    [LoggerMessage(EventId = 1, EventName = "Divergence", Level = LogLevel.Information, Message = "{Divergence}")]
    private static partial void LogDivergence(ILogger logger, string divergence);

    /// <summary>Requests that differ in the same way.</summary>
    private sealed class Group(ReplayKey key, string @namespace, Divergence example)
    {
        private DateTimeOffset _first = example.At;
        private DateTimeOffset _last = example.At;

        public ReplayKey Key => key;

        public string Namespace => @namespace;

        public long Count { get; private set; } = 1;

        public void Add(Divergence divergence)
        {
            Count++;
            _first = divergence.At < _first ? divergence.At : _first;
            _last = divergence.At > _last ? divergence.At : _last;
        }

        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            Divergence.WriteKey(json, key, @namespace);
            json.WriteNumber("count"u8, Count);
            json.WriteString("first"u8, ServerTime.Text(_first));
            json.WriteString("last"u8, ServerTime.Text(_last));
            json.WriteStartObject("example"u8);
            example.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
