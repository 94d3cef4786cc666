using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Rbac;

namespace AuthzSim.Server.Reviews;

/// <summary>Writes the answer to a SelfSubjectRulesReview: a new object, in which what was asked is not repeated.</summary>
internal static class RulesReviewWriter
{
    public static void Write(Utf8JsonWriter json, RulesForResult rules)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, "SelfSubjectRulesReview"u8);
        json.WriteString("apiVersion"u8, AccessReview.ApiVersion);
        json.WriteStartObject("metadata"u8);
        json.WriteEndObject();
        json.WriteStartObject("spec"u8);
        json.WriteEndObject();
        json.WriteStartObject("status"u8);
        json.WriteStartArray("resourceRules"u8);
        foreach (var rule in rules.ResourceRules)
        {
            json.WriteStartObject();
            WriteTexts(json, "verbs"u8, rule.Verbs, isAlways: true);
            WriteTexts(json, "apiGroups"u8, rule.ApiGroups);
            WriteTexts(json, "resources"u8, rule.Resources);
            WriteTexts(json, "resourceNames"u8, rule.ResourceNames);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("nonResourceRules"u8);
        foreach (var rule in rules.NonResourceRules)
        {
            json.WriteStartObject();
            WriteTexts(json, "verbs"u8, rule.Verbs, isAlways: true);
            WriteTexts(json, "nonResourceURLs"u8, rule.NonResourceUrls);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("incomplete"u8, false);
        if (rules.EvaluationError is { Length: > 0 } error)
        {
            json.WriteString("evaluationError"u8, error);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableArray<string> texts, bool isAlways = false)
    {
        if (texts.IsEmpty && !isAlways)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
