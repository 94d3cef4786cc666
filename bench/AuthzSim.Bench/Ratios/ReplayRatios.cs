using System.Globalization;
using AuthzSim.Bench.Fleets;

namespace AuthzSim.Bench.Ratios;

/// <summary>The row about audit logs: from the file's bytes to the summary.</summary>
internal sealed class ReplayRatios(Interleaved interleaved)
{
    private const int Events = 50_000;

    public IEnumerable<Ratio> Of(Fleet fleet)
    {
        using var log = new AuditLogFile(fleet, Events);
        var bytes = File.ReadAllBytes(log.Path);
        var times = interleaved.Medians(
            Contender.Whole(() => FormatFloors.JsonTokens(bytes)), Contender.Whole(() => log.Replay(fleet.Compiled).Compared));

        // The share of a throughput is the inverse of that of a time.
        var share = Ratio.AtLeast(0.5, "replay of an audit log, throughput as a share of Utf8JsonReader alone over the same bytes", ("reader", times[0]), ("replay", times[1]));
        yield return share with
        {
            Numbers = string.Create(
                CultureInfo.InvariantCulture, $"{share.Numbers}; {Events:N0} events of {bytes.Length / Events:N0} bytes, {bytes.Length / times[1] * 1e3:N0} MB/s"),
        };
    }
}
