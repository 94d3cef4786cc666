using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>
/// A <see cref="DiffReport"/> as a SARIF 2.1.0 log, which GitHub, GitLab and editors read: one result for each risk of each
/// change at the rule (or binding) that causes it, one for what is lost, one for each edit that the server would refuse.
/// </summary>
public static class DiffSarif
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private const string Root = "%SRCROOT%";
    private const string FingerprintName = "accessChange/v1";
    private static readonly JsonWriterOptions _options = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes the log in UTF-8. The same report gives the same bytes.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Where to; stays open.</param>
    public static void Write(DiffReport report, Stream output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        ImmutableArray<SarifResult> results = [.. SarifResult.Of(report)];
        ImmutableArray<IGrouping<string, SarifResult>> rules =
            [.. results.GroupBy(r => r.Rule, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)];
        using var json = new Utf8JsonWriter(output, _options);
        json.WriteStartObject();
        json.WriteString("$schema"u8, Schema);
        json.WriteString("version"u8, "2.1.0"u8);
        json.WriteStartArray("runs"u8);
        json.WriteStartObject();
        WriteTool(json, rules);
        json.WriteString("columnKind"u8, "utf16CodeUnits"u8);
        json.WriteStartArray("results"u8);
        var indexes = rules.Select((rule, i) => (rule.Key, i)).ToDictionary(r => r.Key, r => r.i, StringComparer.Ordinal);
        foreach (var result in results)
        {
            WriteResult(json, result, indexes[result.Rule]);
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteTool(Utf8JsonWriter json, ImmutableArray<IGrouping<string, SarifResult>> rules)
    {
        json.WriteStartObject("tool"u8);
        json.WriteStartObject("driver"u8);
        json.WriteString("name"u8, "authzsim"u8);
        json.WriteString("version"u8, typeof(DiffSarif).Assembly.GetName().Version!.ToString(3));
        json.WriteStartArray("rules"u8);
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, rule.Key);
            WriteText(json, "shortDescription"u8, SarifRules.DescriptionOf(rule.Key));
            json.WriteStartObject("defaultConfiguration"u8);
            json.WriteString("level"u8, rule.First().Level);
            json.WriteEndObject();
            json.WriteStartObject("properties"u8);
            json.WriteStartArray("tags"u8);
            json.WriteStringValue("security"u8);
            json.WriteStringValue("rbac"u8);
            json.WriteEndArray();
            if (rule.Max(r => r.Severity) is { } worst)
            {
                json.WriteString("security-severity"u8, SarifRules.ScoreOf(worst));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, SarifResult result, int ruleIndex)
    {
        json.WriteStartObject();
        json.WriteString("ruleId"u8, result.Rule);
        json.WriteNumber("ruleIndex"u8, ruleIndex);
        json.WriteString("level"u8, result.Level);
        WriteText(json, "message"u8, result.Message);
        WriteLocations(json, result);
        WriteRelated(json, result.Related);
        json.WriteStartObject("partialFingerprints"u8);
        json.WriteString(FingerprintName, result.Fingerprint);
        json.WriteEndObject();
        if (!result.Justifications.IsEmpty)
        {
            json.WriteStartArray("suppressions"u8);
            foreach (var justification in result.Justifications)
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, "external"u8);
                json.WriteString("status"u8, "accepted"u8);
                json.WriteString("justification"u8, justification);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (result.Severity is { } severity)
        {
            json.WriteStartObject("properties"u8);
            json.WriteString("severity"u8, DiffJson.TextOf(severity));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLocations(Utf8JsonWriter json, SarifResult result)
    {
        var isPlaced = SarifPlace.IsInFile(result.Location);
        if (!isPlaced && result.Who.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("locations"u8);
        json.WriteStartObject();
        if (isPlaced)
        {
            WritePhysical(json, result.Location);
        }

        if (!result.Who.IsEmpty)
        {
            json.WriteStartArray("logicalLocations"u8);
            foreach (var who in result.Who)
            {
                json.WriteStartObject();
                json.WriteString("fullyQualifiedName"u8, who);
                json.WriteString("kind"u8, "subject"u8);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteRelated(Utf8JsonWriter json, ImmutableArray<(string Name, SourceLocation Location)> related)
    {
        if (related.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("relatedLocations"u8);
        foreach (var (name, location) in related)
        {
            json.WriteStartObject();
            if (SarifPlace.IsInFile(location))
            {
                WritePhysical(json, location);
            }

            WriteText(json, "message"u8, VisibleText.Of(name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePhysical(Utf8JsonWriter json, SourceLocation location)
    {
        json.WriteStartObject("physicalLocation"u8);
        json.WriteStartObject("artifactLocation"u8);
        json.WriteString("uri"u8, SarifPlace.UriOf(location.Path!, out var isRelative));
        if (isRelative)
        {
            json.WriteString("uriBaseId"u8, Root);
        }

        json.WriteEndObject();
        if (location.Line > 0)
        {
            json.WriteStartObject("region"u8);
            json.WriteNumber("startLine"u8, location.Line);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}
