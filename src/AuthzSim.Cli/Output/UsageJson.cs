using System.Globalization;
using System.Text.Json.Nodes;
using AuthzSim.Formats.Answers;
using AuthzSim.Usages;

namespace AuthzSim.Cli.Output;

/// <summary>The use of a policy as JSON.</summary>
internal static class UsageJson
{
    /// <summary>What the members mean.</summary>
    public const string Shape =
        """
        summary           events, filtered, requests, ofMasters (not counted among the requests)
        bindings          in policy order: objects of
          binding, role   kind, namespace, name, location (path:line:column); no role when it does not exist
          requests        how many allowed requests it allows
          alone           how many of them nothing else allows
          last            when the last was made; absent when never
          rules           rule (apiGroups, nonResourceURLs, resourceNames, resources, verbs, location) and requests
          unusedSubjects  kind, name, namespace
        """;

    public static JsonObject Of(UsageReport report) => new()
    {
        ["summary"] = new JsonObject
        {
            ["events"] = report.Seen.Events,
            ["filtered"] = report.Seen.Filtered,
            ["requests"] = report.Seen.Count,
            ["ofMasters"] = report.Seen.OfMasters,
        },
        ["bindings"] = new JsonArray([.. report.Bindings.Select(b => (JsonNode)Of(b))]),
    };

    private static JsonObject Of(BindingUsage usage)
    {
        var result = new JsonObject { ["binding"] = PolicyJson.Of(usage.Binding) };
        if (usage.Role is { } role)
        {
            result["role"] = PolicyJson.Of(role);
        }

        result["requests"] = usage.Requests;
        result["alone"] = usage.Alone;
        if (usage.Last is { } last)
        {
            result["last"] = last.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        }

        result["rules"] = new JsonArray([.. usage.Rules.Select(r => (JsonNode)new JsonObject { ["rule"] = PolicyJson.Of(r.Rule), ["requests"] = r.Requests })]);
        result["unusedSubjects"] = new JsonArray([.. usage.UnusedSubjects.Select(s => (JsonNode)PolicyJson.Of(s, usage.Binding.Metadata.Namespace))]);
        return result;
    }
}
