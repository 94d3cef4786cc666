using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AuthzSim.Server.Health;

/// <summary>What is in order with the server and what is not. Safe to share between threads.</summary>
internal sealed class ServerHealth
{
    private volatile string? _reloadProblem;
    private volatile bool _isStopping;
    private long _reloads;
    private long _failedReloads;
    private long _lastReload;

    /// <summary>The server takes no new requests any more.</summary>
    public void BeginStop() => _isStopping = true;

    /// <summary>A changed policy was read and is served, or is refused for a problem, and the one before is served on.</summary>
    /// <param name="problem">The problem; null when there is none.</param>
    /// <param name="at">When.</param>
    public void Reloaded(string? problem, DateTimeOffset at)
    {
        _reloadProblem = problem;
        if (problem is null)
        {
            Interlocked.Increment(ref _reloads);
            Volatile.Write(ref _lastReload, at.ToUnixTimeSeconds());
        }
        else
        {
            Interlocked.Increment(ref _failedReloads);
        }
    }

    /// <summary>The checks, each with its problem. While a changed policy is refused the server is alive, and not ready.</summary>
    public ImmutableArray<(string Name, string? Problem)> ChecksOf(bool isReadiness) => isReadiness
        ? [("ping", null), ("policy", null), ("policy-reload", _reloadProblem), ("shutdown", _isStopping ? "process is shutting down" : null)]
        : [("ping", null)];

    public void WriteMetricsTo(StringBuilder text) => text
        .Append("# HELP authzsim_policy_reloads_total Changed policies that were read, by result.\n# TYPE authzsim_policy_reloads_total counter\n")
        .Append(CultureInfo.InvariantCulture, $"authzsim_policy_reloads_total{{result=\"success\"}} {Interlocked.Read(ref _reloads)}\n")
        .Append(CultureInfo.InvariantCulture, $"authzsim_policy_reloads_total{{result=\"failure\"}} {Interlocked.Read(ref _failedReloads)}\n")
        .Append("# HELP authzsim_policy_reload_last_success_timestamp_seconds When a changed policy was last taken.\n")
        .Append("# TYPE authzsim_policy_reload_last_success_timestamp_seconds gauge\n")
        .Append(CultureInfo.InvariantCulture, $"authzsim_policy_reload_last_success_timestamp_seconds {Interlocked.Read(ref _lastReload)}\n");
}
