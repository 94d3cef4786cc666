using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.Patching;

/// <summary>
/// Who owns which fields (upstream: <c>sigs.k8s.io/structured-merge-diff</c>, <c>k8s.io/apimachinery/pkg/util/managedfields</c>).
/// </summary>
internal static class ManagedFields
{
    public const string Name = "managedFields";
    public const string Metadata = "metadata";

    /// <summary>Entries of operation Update; older ones are put together.</summary>
    private const int MaxUpdateManagers = 10;

    /// <summary>Fields of the server, which nobody owns.</summary>
    private static readonly ImmutableHashSet<FieldPath> _unowned =
    [
        FieldPath.Of("apiVersion"),
        FieldPath.Of("kind"),
        FieldPath.Of(Metadata),
        .. new[]
        {
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", Name, "resourceVersion",
        }.Select(n => FieldPath.Of(Metadata, n)),
    ];

    /// <summary>
    /// Writes into <c>metadata.managedFields</c> of an object who set what: the manager owns what it changed, and no other does any more.
    /// An object whose managers are not tracked stays so.
    /// </summary>
    /// <param name="before">The object as it was; null when it is created.</param>
    /// <param name="after">The object as it is to be, which is changed.</param>
    /// <param name="manager">Who writes.</param>
    /// <param name="at">Now.</param>
    public static void RecordUpdate(JsonObject? before, JsonObject after, string manager, DateTimeOffset at)
    {
        if (after[Metadata] is not JsonObject metadata)
        {
            return;
        }

        var live = (before?[Metadata] as JsonObject)?[Name];
        var entries = Current(live, metadata[Name]);
        metadata.Remove(Name);
        if (entries.IsEmpty && before is not null)
        {
            return;
        }

        try
        {
            Write(after, Updated(Untracked(before), after, entries, manager, at));
        }
        catch (FieldSchemaException)
        {
            // An object that cannot be read this way keeps the managers it had.
            metadata[Name] = live?.DeepClone();
        }
    }

    /// <summary>The entries after an update. Neither object has managedFields.</summary>
    /// <exception cref="FieldSchemaException">An object is not as its schema says.</exception>
    public static ImmutableArray<FieldsEntry> Updated(
        JsonObject before, JsonObject after, ImmutableArray<FieldsEntry> entries, string manager, DateTimeOffset at)
    {
        var kind = PatchJson.Text(after["kind"]) ?? "";
        var changes = new FieldComparison(before, after, KindSchemas.Of(kind), p => IsIgnored(p, kind));
        var self = new FieldsEntry(
            manager.Length == 0 ? "unknown" : manager, IsApply: false, PatchJson.Text(after["apiVersion"]) ?? "", "",
            ServerTime.Text(at), Owned(changes.Changed));
        var rest = Without(entries, changes.Changed.Union(changes.Removed));
        if (self.Fields.IsEmpty)
        {
            return Capped(rest);
        }

        var previous = rest.FirstOrDefault(self.IsOf);
        return Capped(
        [
            .. rest.Where(e => !self.IsOf(e)),
            self with { Fields = self.Fields.Union(previous?.Fields ?? FieldSets.Empty) },
        ]);
    }

    /// <summary>The entries without some fields, and without those that are left with none.</summary>
    public static ImmutableArray<FieldsEntry> Without(IEnumerable<FieldsEntry> entries, ImmutableHashSet<FieldPath> fields) =>
        [.. entries.Select(e => e with { Fields = e.Fields.Except(fields) }).Where(e => !e.Fields.IsEmpty)];

    /// <summary>What of a set can be owned.</summary>
    public static ImmutableHashSet<FieldPath> Owned(ImmutableHashSet<FieldPath> set) => set.Except(_unowned);

    /// <summary>Fields that requests for the whole object leave alone (upstream: <c>GetResetFields</c> of the strategies).</summary>
    public static bool IsIgnored(FieldPath path, string kind)
    {
        for (var link = path; kind == "Namespace" && link.Parent is not null; link = link.Parent)
        {
            if (link.Element == "f:status" && ReferenceEquals(link.Parent, FieldPath.Root))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A copy of an object without managedFields; empty when there is no object.</summary>
    public static JsonObject Untracked(JsonObject? value)
    {
        var copy = value?.DeepClone().AsObject() ?? [];
        (copy[Metadata] as JsonObject)?.Remove(Name);
        return copy;
    }

    /// <summary>Puts entries into an object.</summary>
    public static void Write(JsonObject value, IEnumerable<FieldsEntry> entries)
    {
        if (value[Metadata] is JsonObject metadata && FieldsEntry.Encode(entries) is { } encoded)
        {
            metadata[Name] = encoded;
        }
    }

    private static ImmutableArray<FieldsEntry> Current(JsonNode? live, JsonNode? sent)
    {
        var isReset = sent is JsonArray items && items.Count <= 1 && items.All(i => i is JsonObject { Count: 0 });
        return isReset ? []
            : FieldsEntry.Decode(sent) is { IsEmpty: false } entries ? entries
            : FieldsEntry.Decode(live) ?? [];
    }

    private static ImmutableArray<FieldsEntry> Capped(ImmutableArray<FieldsEntry> entries)
    {
        var updates = entries.Where(e => !e.IsApply)
            .OrderBy(e => e.Seconds()).ThenBy(e => e.Manager, StringComparer.Ordinal).ToList();
        var surplus = updates.Count - MaxUpdateManagers;
        if (surplus <= 0)
        {
            return entries;
        }

        var kept = entries.ToList();
        foreach (var version in updates.GroupBy(e => e.ApiVersion))
        {
            var merged = version.Take(surplus + 1).ToList();
            if (merged.Count < 2 || surplus <= 0)
            {
                continue;
            }

            surplus -= merged.Count - 1;
            kept.RemoveAll(merged.Contains);
            var bucket = new FieldsEntry("ancient-changes", IsApply: false, version.Key, "", merged[^1].Time, FieldSets.Empty);
            merged.AddRange(kept.Where(bucket.IsOf));
            kept.RemoveAll(bucket.IsOf);
            kept.Add(bucket with { Fields = merged.Aggregate(FieldSets.Empty, (set, e) => set.Union(e.Fields)) });
        }

        return [.. kept];
    }
}
