using System.Globalization;
using AuthzSim.Bench.Fleets;

namespace AuthzSim.Bench.Ratios;

/// <summary>The row about audit logs: from the file's bytes to the summary.</summary>
internal sealed class ReplayRatios(Interleaved interleaved)
{
    private const int Events = 100_000;

    private const int Distinct = 2_000;

    public IEnumerable<Ratio> Of(Fleet fleet)
    {
        yield return Row(fleet, Distinct, "requests that come again");
        yield return Row(fleet, Events, "requests all different");
    }

    private Ratio Row(Fleet fleet, int distinct, string what)
    {
        using var log = new AuditLogFile(fleet, Events, distinct);
        var bytes = File.ReadAllBytes(log.Path);
        var times = interleaved.Medians(
            Contender.Whole(() => FormatFloors.JsonTokens(bytes)), Contender.Whole(() => log.Replay(fleet.Compiled).Compared));

        // The share of a throughput is the inverse of that of a time.
        var share = Ratio.AtLeast(
            0.5, $"replay of an audit log ({what}) on all cores, throughput as a share of Utf8JsonReader alone on one over the same bytes", ("reader", times[0]), ("replay", times[1]));
        return share with
        {
            Numbers = string.Create(
                CultureInfo.InvariantCulture,
                $"{share.Numbers}; {Events:N0} events of {bytes.Length / Events:N0} bytes, {distinct:N0} different, {bytes.Length / times[1] * 1e3:N0} MB/s"),
        };
    }
}
