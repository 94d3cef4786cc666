using System.Text.Json.Nodes;
using AuthzSim.Analysis;

namespace AuthzSim.Formats.Answers;

/// <summary>An <see cref="Explanation"/> as JSON; the help of <c>explain</c> says what is in it.</summary>
public static class ExplanationJson
{
    /// <summary>The explanation, members always in this order.</summary>
    /// <param name="explanation">The explanation.</param>
    public static JsonObject Of(Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        var result = new JsonObject
        {
            ["allowed"] = explanation.Result.IsAllowed,
            ["reason"] = explanation.Result.Reason,
            ["paths"] = new JsonArray([.. explanation.Paths.Select(PolicyJson.Of)]),
        };
        if (!explanation.Result.IsAllowed)
        {
            result["nearMisses"] = new JsonArray([.. explanation.NearMisses.Select(Of)]);
            result["smallestRule"] = PolicyJson.Of(explanation.SmallestRule);
        }

        return result;
    }

    private static JsonObject Of(NearMiss miss)
    {
        var result = new JsonObject { ["binding"] = PolicyJson.Of(miss.Binding) };
        if (miss is { Role: { } role, Rule: { } rule })
        {
            result["role"] = PolicyJson.Of(role);
            result["rule"] = PolicyJson.Of(rule);
        }

        result["subject"] = PolicyJson.Of(miss.Subject, miss.Binding.Metadata.Namespace);
        result["mismatches"] = new JsonArray([.. Enum.GetValues<Mismatches>()
            .Where(m => m != Mismatches.None && miss.Mismatches.HasFlag(m)).Select(m => (JsonNode)m.ToString())]);
        return result;
    }
}
