using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using AuthzSim.Text;

namespace AuthzSim.Server.Patching;

/// <summary>The fields of one manager (upstream: <c>meta/v1.ManagedFieldsEntry</c>).</summary>
internal sealed record FieldsEntry(string Manager, bool IsApply, string ApiVersion, string Subresource, string? Time, ImmutableHashSet<FieldPath> Fields)
{
    private const string FieldsType = "FieldsV1";

    /// <summary>The same manager writing in the same way; an applier is the same in every version.</summary>
    public bool IsOf(FieldsEntry other) => Manager == other.Manager && IsApply == other.IsApply && Subresource == other.Subresource
        && (IsApply || ApiVersion == other.ApiVersion);

    /// <summary>How conflicts name the manager.</summary>
    public override string ToString() => GoText.Quote(Manager)
        + (Subresource.Length == 0 ? "" : $" with subresource {GoText.Quote(Subresource)}")
        + (IsApply ? "" : $" using {ApiVersion}");

    /// <summary>The entries of an object; null when one cannot be read, as if there were none.</summary>
    public static ImmutableArray<FieldsEntry>? Decode(JsonNode? managedFields)
    {
        if (managedFields is null)
        {
            return [];
        }

        var entries = (managedFields as JsonArray)?.Select(DecodeOne).ToList();
        return entries is null || entries.Contains(null) ? null : [.. entries.OfType<FieldsEntry>()];
    }

    /// <summary>The entries as objects hold them; null when there are none.</summary>
    public static JsonArray? Encode(IEnumerable<FieldsEntry> entries)
    {
        var texts = Comparer<string>.Create(GoText.CompareBytes);
        var items = entries
            .OrderByDescending(e => e.IsApply).ThenBy(e => e.Seconds()).ThenBy(e => e.Manager, texts)
            .ThenBy(e => e.ApiVersion, texts).ThenBy(e => e.Subresource, texts)
            .Select(e => (JsonNode)e.EncodeOne()).ToArray();
        return items.Length == 0 ? null : new JsonArray(items);
    }

    /// <summary>When it was, to the second; zero when it does not say.</summary>
    public long Seconds() => Time is not null
        && DateTimeOffset.TryParse(Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUnixTimeSeconds()
            : 0;

    private static FieldsEntry? DecodeOne(JsonNode? entry)
    {
        if (entry is not JsonObject fields
            || PatchJson.Text(fields["operation"]) is not ("Apply" or "Update")
            || PatchJson.Text(fields["apiVersion"]) is not { Length: > 0 } version
            || PatchJson.Text(fields["fieldsType"]) != FieldsType
            || FieldsV1.Decode(fields["fieldsV1"]) is not { } set)
        {
            return null;
        }

        return new FieldsEntry(
            PatchJson.Text(fields["manager"]) ?? "", PatchJson.Text(fields["operation"]) == "Apply", version,
            PatchJson.Text(fields["subresource"]) ?? "", PatchJson.Text(fields["time"]), set);
    }

    private JsonObject EncodeOne()
    {
        var entry = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = IsApply ? "Apply" : "Update",
            ["apiVersion"] = ApiVersion,
        };
        if (Time is not null)
        {
            entry["time"] = Time;
        }

        entry["fieldsType"] = FieldsType;
        entry["fieldsV1"] = FieldsV1.Encode(Fields);
        if (Subresource.Length > 0)
        {
            entry["subresource"] = Subresource;
        }

        return entry;
    }
}
