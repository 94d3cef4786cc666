using AuthzSim.Bench.Fleets;
using AuthzSim.Formats;
using AuthzSim.Generation;

namespace AuthzSim.Bench.Ratios;

/// <summary>
/// The rows about files. They are measured with no other policy in memory, as a command that loads one has none: the garbage
/// collector would walk it over and over on the load's account.
/// </summary>
internal sealed class LoadRatios(Interleaved interleaved, FleetGenerator generator)
{
    public IEnumerable<Ratio> Json()
    {
        using var file = FleetFile.Json(generator);
        var bytes = File.ReadAllBytes(file.Path);
        var times = interleaved.Medians(Contender.Whole(() => file.Load().Count), Contender.Whole(() => FormatFloors.JsonTokens(bytes)));
        yield return Ratio.AtMost(2.5, "JSON load (parse, validate, build) ÷ Utf8JsonReader alone", ("load", times[0]), ("reader", times[1]));
    }

    public IEnumerable<Ratio> Yaml()
    {
        using var file = FleetFile.Yaml(generator);
        var times = interleaved.Medians(Contender.Whole(() => file.Load().Count), Contender.Whole(() => FormatFloors.YamlEvents(file.Path)));
        yield return Ratio.AtMost(1.2, "YAML load ÷ YamlDotNet's event parser alone over the same file", ("load", times[0]), ("parser", times[1]));
    }

    public IEnumerable<Ratio> Snapshot()
    {
        using var file = FleetFile.Json(generator);
        var json = File.ReadAllBytes(file.Path);
        var snapshot = FleetFile.SnapshotBytes(generator);
        var times = interleaved.Medians(
            Contender.Whole(() => PolicySnapshot.Open(new MemoryStream(snapshot)).Compile().GetHashCode()),
            Contender.Whole(() => FormatFloors.JsonTokens(json)));
        yield return Ratio.AtMost(
            0.25, "snapshot load (bytes to a policy that answers) ÷ Utf8JsonReader alone over the same policy as JSON", ("load", times[0]), ("reader", times[1]));
    }
}
