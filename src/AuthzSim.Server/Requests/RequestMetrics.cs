using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuthzSim.Requests;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Requests;

/// <summary>
/// How many requests there were and how long they took, by upstream's names
/// (<c>k8s.io/apiserver/pkg/endpoints/metrics/metrics.go</c>). Safe to share between threads.
/// </summary>
internal sealed class RequestMetrics
{
    // A client may ask for any path; beyond this many kinds of requests all others are one.
    private const int MostKinds = 1000;

    private static readonly double[] _bounds =
        [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

    private readonly ConcurrentDictionary<(string Verb, string Group, string Version, string Resource, string Subresource, string Scope, int Code), Series> _series = [];
    private int _inFlight;

    public long Begin()
    {
        Interlocked.Increment(ref _inFlight);
        return Stopwatch.GetTimestamp();
    }

    public void End(long begin, HttpContext http, RequestInfo? info)
    {
        Interlocked.Decrement(ref _inFlight);
        var code = http.Response.StatusCode;
        var key = info is { IsResourceRequest: true }
            ? (info.Verb.ToUpperInvariant(), info.ApiGroup, info.ApiVersion, info.Resource, info.Subresource, ScopeOf(info), code)
            : (http.Request.Method, "", "", "", "", "", code);
        if (!_series.TryGetValue(key, out var series))
        {
            key = _series.Count < MostKinds ? key : ("other", "", "", "", "", "", code);
            series = _series.GetOrAdd(key, _ => new Series());
        }

        series.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    public void WriteTo(StringBuilder text)
    {
        text.Append("# HELP apiserver_current_inflight_requests Requests that are being answered.\n# TYPE apiserver_current_inflight_requests gauge\n")
            .Append(CultureInfo.InvariantCulture, $"apiserver_current_inflight_requests {Volatile.Read(ref _inFlight)}\n");
        text.Append("# HELP apiserver_request_total Requests by verb, resource and status code.\n# TYPE apiserver_request_total counter\n");
        var all = _series.OrderBy(s => s.Key).ToList();
        foreach (var (key, series) in all)
        {
            text.Append("apiserver_request_total{code=\"").Append(key.Code).Append("\",").Append(LabelsOf(key)).Append("} ").Append(series.Count).Append('\n');
        }

        text.Append("# HELP apiserver_request_duration_seconds How long answers took.\n# TYPE apiserver_request_duration_seconds histogram\n");
        foreach (var group in all.GroupBy(s => s.Key with { Code = 0 }))
        {
            WriteHistogram(text, LabelsOf(group.Key), [.. group.Select(g => g.Value)]);
        }
    }

    private static void WriteHistogram(StringBuilder text, string labels, List<Series> parts)
    {
        long sum = 0;
        for (var i = 0; i < _bounds.Length; i++)
        {
            sum += parts.Sum(p => p.Bucket(i));
            text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_bucket{{{labels},le=\"{_bounds[i]}\"}} {sum}\n");
        }

        var count = parts.Sum(p => p.Count);
        text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} {count}\n")
            .Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_sum{{{labels}}} {parts.Sum(p => p.Seconds)}\n")
            .Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_count{{{labels}}} {count}\n");
    }

    private static string ScopeOf(RequestInfo info) =>
        info.Name.Length > 0 ? "resource" : info.Namespace.Length > 0 ? "namespace" : "cluster";

    private static string LabelsOf((string Verb, string Group, string Version, string Resource, string Subresource, string Scope, int Code) key) =>
        $"group=\"{Prometheus.Escaped(key.Group)}\",resource=\"{Prometheus.Escaped(key.Resource)}\",scope=\"{key.Scope}\","
        + $"subresource=\"{Prometheus.Escaped(key.Subresource)}\",verb=\"{Prometheus.Escaped(key.Verb)}\",version=\"{Prometheus.Escaped(key.Version)}\"";

    private sealed class Series
    {
        private readonly long[] _buckets = new long[_bounds.Length + 1];
        private long _ticks;

        public long Count => _buckets.Sum();

        public double Seconds => TimeSpan.FromTicks(Volatile.Read(ref _ticks)).TotalSeconds;

        public long Bucket(int i) => Volatile.Read(ref _buckets[i]);

        public void Add(double seconds)
        {
            var place = Array.BinarySearch(_bounds, seconds);
            Interlocked.Increment(ref _buckets[place < 0 ? ~place : place]);
            Interlocked.Add(ref _ticks, TimeSpan.FromSeconds(seconds).Ticks);
        }
    }
}
