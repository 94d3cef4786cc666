using System.Text.Json.Nodes;
using AuthzSim.Analysis;

namespace AuthzSim.Formats.Answers;

/// <summary>Who may do something as JSON; the help of <c>who-can</c> says what is in it.</summary>
public static class WhoCanJson
{
    /// <summary>All entries as one object.</summary>
    /// <param name="entries">The entries, with the member of a group who is meant, or null.</param>
    public static JsonObject Of(IEnumerable<(WhoCanEntry Entry, string? Person)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return new JsonObject { ["items"] = new JsonArray([.. entries.Select(e => (JsonNode)Of(e))]) };
    }

    private static JsonObject Of((WhoCanEntry Entry, string? Person) entry)
    {
        var (source, rule) = entry.Entry;
        var result = new JsonObject
        {
            ["binding"] = PolicyJson.Of(source.Binding),
            ["role"] = PolicyJson.Of(source.Role),
            ["rule"] = PolicyJson.Of(rule),
            ["subject"] = PolicyJson.Of(source.Subject, entry.Entry.Namespace),
        };
        if (entry.Entry.Namespace.Length > 0)
        {
            result["namespace"] = entry.Entry.Namespace;
        }

        if (entry.Person is not null)
        {
            result["person"] = entry.Person;
        }

        return result;
    }
}
