using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Formats;
using AuthzSim.Formats.Yaml;
using AuthzSim.Rbac;
using AuthzSim.Server.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Server.Patching;

/// <summary>
/// Server-side apply (upstream: <c>k8s.io/apimachinery/pkg/util/managedfields</c>, <c>structured-merge-diff/merge/update.go</c>).
/// </summary>
internal sealed class ServerSideApply(PatchRequest request)
{
    private readonly FieldSchema _schema = KindSchemas.Of(request.Kind);

    /// <summary>The object that the configuration makes of the live one.</summary>
    /// <exception cref="PatchFailureException">The configuration is not taken.</exception>
    public JsonObject Apply()
    {
        if (request.Manager.Length == 0)
        {
            throw new PatchFailureException(ApiStatuses.Invalid(
                "meta.k8s.io", "PatchOptions", "",
                [new FieldError("fieldManager", FieldErrorType.Required, "Required value: is required for apply patch")]));
        }

        var configuration = Read();
        var live = request.Live is null ? [] : WithType(ManagedFields.Untracked(request.Live));
        try
        {
            FieldSets.CheckDeclared(configuration, _schema, FieldPath.Root);
            var entries = Entries(live);
            var applied = Apply(live, configuration, entries, request.Force || IsAllowed(live, configuration, entries));
            return request.Live is { } before && IsSame(before, applied) ? before.DeepClone().AsObject() : applied;
        }
        catch (FieldSchemaException e)
        {
            throw PatchFailures.Plain(
                $"failed to create typed patch object ({NamespaceOf(configuration)}/{NameOf(configuration)}; "
                + $"{GroupVersionKind(request.ApiVersion, request.Kind)}): {e.Message}");
        }
    }

    private JsonObject Read()
    {
        JsonNode? body;
        try
        {
            body = PatchJson.Parse(FirstYamlDocument.ToJson(request.Body.Span, "body").Json.Span);
        }
        catch (PolicyFormatException e)
        {
            var problem = e.Diagnostics[0];
            throw PatchFailures.BadRequest($"error encoding patch: yaml: line {problem.Location.Line}: {problem.Message}");
        }
        catch (JsonException)
        {
            throw PatchFailures.BadRequest($"error encoding patch: nested more than {PatchJson.MaxDepth} levels deep");
        }

        if (body is not (null or JsonObject))
        {
            throw PatchFailures.BadRequest(
                "error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
                + $"{PatchJson.TypeName(body)} into Go value of type map[string]interface {{}}");
        }

        var configuration = body as JsonObject ?? [];
        var (version, kind) = (PatchJson.Text(configuration["apiVersion"]) ?? "", PatchJson.Text(configuration["kind"]) ?? "");
        if (version != request.ApiVersion || kind != request.Kind)
        {
            throw PatchFailures.BadRequest($"invalid object type: {GroupVersionKind(version, kind)}");
        }

        return configuration["metadata"] is JsonObject metadata && metadata[ManagedFields.Name] is not null
            ? throw PatchFailures.BadRequest("metadata.managedFields must be nil")
            : configuration;
    }

    /// <summary>Who owns what now; whatever stood there before the first apply belongs to nobody in particular.</summary>
    private ImmutableArray<FieldsEntry> Entries(JsonObject live)
    {
        var entries = FieldsEntry.Decode(request.Live?["metadata"] is JsonObject metadata ? metadata[ManagedFields.Name] : null)
            ?? throw PatchFailures.Plain("failed to decode managed fields");
        return entries.IsEmpty && request.Live is not null
            ? ManagedFields.Updated([], live, entries, "before-first-apply", request.At)
            : entries;
    }

    private JsonObject Apply(JsonObject live, JsonObject configuration, ImmutableArray<FieldsEntry> entries, bool force)
    {
        var self = new FieldsEntry(
            request.Manager, IsApply: true, request.ApiVersion, "", null,
            [.. FieldSets.Of(configuration, _schema).Where(p => !ManagedFields.IsIgnored(p, request.Kind))]);
        var last = entries.FirstOrDefault(self.IsOf);
        var others = entries.Where(e => !self.IsOf(e)).ToImmutableArray();
        var merged = FieldMerge.Merge(live, configuration, _schema, FieldPath.Root)!.AsObject();
        var applied = last is null ? merged : Prune(merged, last.Fields, [self, .. others]);
        var changes = new FieldComparison(live, applied, _schema, p => ManagedFields.IsIgnored(p, request.Kind));
        if (!force)
        {
            ApplyConflicts.Check(others, changes.Changed);
        }

        var isSame = changes.Changed.IsEmpty && changes.Removed.IsEmpty && request.Live is not null;
        self = self with
        {
            Time = isSame ? last?.Time : ServerTime.Text(request.At),
            Fields = ManagedFields.Owned(self.Fields),
        };
        SetLastApplied(applied, configuration);
        var left = ManagedFields.Without(others, changes.Changed.Union(changes.Removed));
        ManagedFields.Write(applied, self.Fields.IsEmpty ? left : [.. left, self]);
        return applied;
    }

    /// <summary>Takes out what the manager applied the last time and does not now, unless somebody else has it.</summary>
    private JsonObject Prune(JsonObject merged, ImmutableHashSet<FieldPath> last, IEnumerable<FieldsEntry> entries)
    {
        var all = Named(FieldSets.Of(merged, _schema));
        var lastNamed = Named(last);
        var owned = entries.Aggregate(FieldSets.Empty, (set, e) => set.Union(Named(e.Fields)));
        var kept = Remaining(lastNamed).Union(owned);
        return Remove(all.Except(Remaining(all.Except(kept))).Intersect(lastNamed));

        ImmutableHashSet<FieldPath> Named(ImmutableHashSet<FieldPath> set) => FieldSets.WithNamedFields(set, _schema);
        ImmutableHashSet<FieldPath> Remaining(ImmutableHashSet<FieldPath> removed) => Named(FieldSets.Of(Remove(removed), _schema));
        JsonObject Remove(ImmutableHashSet<FieldPath> removed) =>
            FieldMerge.Remove(merged, removed, _schema, FieldPath.Root) as JsonObject ?? [];
    }

    /// <summary>kubectl takes over what it applied from the client before without a conflict.</summary>
    private bool IsAllowed(JsonObject live, JsonObject configuration, ImmutableArray<FieldsEntry> entries)
    {
        if (request.Manager != LastApplied.Manager || LastApplied.Of(live) is not { } text
            || LastApplied.Parse(text, request.ApiVersion) is not { } last)
        {
            return false;
        }

        try
        {
            _ = Apply(live, configuration, entries, force: false);
            return false;
        }
        catch (ApplyConflictException conflict)
        {
            var unchanged = Unchanged(last, live);
            var rest = conflict.Conflicts.RemoveAll(c => unchanged.Contains(c.Path));
            return rest.IsEmpty ? true : throw new ApplyConflictException(rest);
        }
    }

    private ImmutableHashSet<FieldPath> Unchanged(JsonObject last, JsonObject live)
    {
        try
        {
            var differences = new FieldComparison(last, live, _schema);
            return FieldSets.Of(last, _schema).Except(differences.Changed).Except(differences.Removed);
        }
        catch (FieldSchemaException)
        {
            // What stands in the annotation was never checked.
            return FieldSets.Empty;
        }
    }

    private void SetLastApplied(JsonObject applied, JsonObject configuration)
    {
        if (request.Manager == LastApplied.Manager && LastApplied.Of(applied) is not null)
        {
            LastApplied.Set(applied, configuration);
        }
    }

    private JsonObject WithType(JsonObject live)
    {
        var copy = live.DeepClone().AsObject();
        (copy["apiVersion"], copy["kind"]) = (request.ApiVersion, request.Kind);
        return copy;
    }

    /// <summary>Nothing but times of managedFields and empty fields tell the two apart.</summary>
    private bool IsSame(JsonObject before, JsonObject after) =>
        JsonNode.DeepEquals(Essence.Of(WithType(before)), Essence.Of(WithType(after)));

    private static string? NameOf(JsonObject value) => PatchJson.Text((value["metadata"] as JsonObject)?["name"]);

    private static string? NamespaceOf(JsonObject value) => PatchJson.Text((value["metadata"] as JsonObject)?["namespace"]);

    private static string GroupVersionKind(string apiVersion, string kind) =>
        apiVersion.Contains('/', StringComparison.Ordinal) ? $"{apiVersion}, Kind={kind}" : $"/{apiVersion}, Kind={kind}";
}
