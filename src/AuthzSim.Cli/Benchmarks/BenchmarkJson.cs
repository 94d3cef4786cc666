using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>
/// The JSON of <c>authzsim bench</c>. Members are only ever added. Times are in the unit their names end in; a
/// <c>ratio</c> is the reference's median divided by this one's. Everything under <c>walk</c> and <c>policy</c> is the same in
/// every run with the same policy and requests.
/// </summary>
internal static class BenchmarkJson
{
    public static JsonObject Of(BenchmarkResult result)
    {
        var reference = result.Reference.Nanoseconds.P50;
        var checks = new JsonObject { ["reference"] = Of(result.Reference, null) };
        foreach (var (name, timing) in result.Checks)
        {
            checks[name] = Of(timing, reference);
        }

        return new JsonObject
        {
            ["policy"] = new JsonObject
            {
                ["clusterRoles"] = result.Policy.ClusterRoles.Length,
                ["roles"] = result.Policy.Roles.Length,
                ["clusterRoleBindings"] = result.Policy.ClusterRoleBindings.Length,
                ["roleBindings"] = result.Policy.RoleBindings.Length,
            },
            ["load"] = new JsonObject
            {
                ["loadMilliseconds"] = result.Load.TotalMilliseconds,
                ["compileMilliseconds"] = result.Compile.TotalMilliseconds,
                ["compiledBytes"] = result.Bytes,
            },
            ["sample"] = new JsonObject
            {
                ["requests"] = result.Requests,
                ["allowed"] = result.Allowed,
                ["cores"] = Environment.ProcessorCount,
            },
            ["checks"] = checks,
            ["whoCan"] = new JsonObject
            {
                ["reference"] = Of(result.ReferenceWhoCan, null),
                ["compiled"] = Of(result.WhoCan, result.ReferenceWhoCan.Nanoseconds.P50),
            },
            ["walk"] = Of(result.Walk),
        };
    }

    private static JsonObject Of(Timing timing, double? reference)
    {
        var json = new JsonObject
        {
            ["p50Nanoseconds"] = timing.Nanoseconds.P50,
            ["p99Nanoseconds"] = timing.Nanoseconds.P99,
            ["p999Nanoseconds"] = timing.Nanoseconds.P999,
            ["perSecond"] = timing.PerSecond,
            ["callsPerReading"] = timing.CallsPerReading,
            ["readings"] = timing.Readings,
        };
        if (reference is { } median && timing.Nanoseconds.P50 > 0)
        {
            json["ratio"] = median / timing.Nanoseconds.P50;
        }

        return json;
    }

    private static JsonObject Of(WalkReport walk) => new()
    {
        ["costs"] = Of(walk.Costs),
        ["total"] = Of(walk.Total),
        ["costliest"] = new JsonArray([.. walk.Costliest.Select(r => new JsonObject { ["request"] = Of(r.Request), ["cost"] = Of(r.Cost) })]),
        ["hotSpots"] = new JsonArray([.. walk.HotSpots.Select(Of)]),
        ["savings"] = new JsonArray([.. walk.Savings.Select(Of)]),
        ["savingsFound"] = walk.SavingsFound,
        ["costsAfterAll"] = Of(walk.CostsAfterAll),
    };

    private static JsonObject Of(WalkCosts costs) => new()
    {
        ["bindings"] = Of(costs.Bindings),
        ["subjects"] = Of(costs.Subjects),
        ["rules"] = Of(costs.Rules),
        ["steps"] = Of(costs.Steps),
    };

    private static JsonObject Of(WalkSpread spread) => new() { ["p50"] = spread.P50, ["p99"] = spread.P99, ["worst"] = spread.Worst };

    private static JsonObject Of(WalkCost cost) => new() { ["bindings"] = cost.Bindings, ["subjects"] = cost.Subjects, ["rules"] = cost.Rules };

    private static JsonObject Of(WalkHotSpot spot)
    {
        var json = new JsonObject { ["kind"] = spot.Kind.ToString(), ["name"] = spot.Name, ["size"] = spot.Size, ["steps"] = spot.Steps };
        if (spot.Object is { } o)
        {
            json["object"] = PolicyJson.Of(o);
        }

        return json;
    }

    private static JsonObject Of(WalkSaving saving) => new()
    {
        ["kind"] = saving.Kind.ToString(),
        ["namespace"] = saving.Namespace,
        ["role"] = saving.Role is { } role ? PolicyJson.Of(role) : null,
        ["removed"] = Of(saving.Removed),
        ["saved"] = Of(saving.Saved),
        ["changes"] = new JsonArray([.. saving.Changes.Select(Of)]),
    };

    private static JsonObject Of(PolicyChange change) => new()
    {
        ["action"] = change.Object is null ? "delete" : "put",
        ["kind"] = change.Kind,
        ["namespace"] = change.Namespace,
        ["name"] = change.Name,
    };

    private static JsonNode Of(RequestAttributes request) => Reviews.SubjectAccessReview(request, default)["spec"]!.DeepClone();
}
