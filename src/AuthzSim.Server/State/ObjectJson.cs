using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Rbac;
using AuthzSim.Server.Patching;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.State;

/// <summary>Objects as the API server writes them, member by member in its order.</summary>
internal static class ObjectJson
{
    /// <summary>Writes an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="item">The object.</param>
    /// <param name="withType">False for an item of a list, which leaves kind and apiVersion to the list.</param>
    public static void Write(Utf8JsonWriter json, StoredObject item, bool withType = true)
    {
        json.WriteStartObject();
        if (withType)
        {
            json.WriteString("kind"u8, item.Resource.Kind);
            json.WriteString("apiVersion"u8, item.Resource.ApiVersion);
        }

        json.WritePropertyName("metadata"u8);
        WriteMetadata(json, item);
        switch (item.Rbac)
        {
            case RbacRole role:
                WriteRole(json, role);
                break;
            case RbacBinding binding:
                WriteBinding(json, binding);
                break;
            default:
                WriteRest(json, item);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>The whole object as text.</summary>
    public static byte[] TextOf(StoredObject item)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, ServerJson.WriterOptions))
        {
            Write(json, item);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The whole object to be changed.</summary>
    public static JsonObject ObjectOf(StoredObject item) => (JsonObject)JsonNode.Parse(TextOf(item))!;

    /// <summary>An object with the fields that a manager has set by writing it noted; <paramref name="before"/> is null when it is new.</summary>
    public static StoredObject WithManager(StoredObject? before, StoredObject after, string manager, DateTimeOffset at)
    {
        var document = ObjectOf(after with { ManagedFields = before?.ManagedFields ?? default });
        ManagedFields.RecordUpdate(before is null ? null : ObjectOf(before), document, manager, at);
        return after with { ManagedFields = ManagedFieldsOf(document) };
    }

    /// <summary>The managedFields of an object as text; empty when it has none.</summary>
    public static ReadOnlyMemory<byte> ManagedFieldsOf(JsonObject document)
    {
        if (document["metadata"]?["managedFields"] is not JsonArray { Count: > 0 } fields)
        {
            return default;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, ServerJson.WriterOptions))
        {
            fields.WriteTo(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void WriteMetadata(Utf8JsonWriter json, StoredObject item)
    {
        var meta = item.Meta;
        json.WriteStartObject();
        WriteText(json, "name"u8, item.Name);
        WriteText(json, "generateName"u8, meta.GenerateName);
        WriteText(json, "namespace"u8, item.Namespace);
        if (item.Uid != Guid.Empty)
        {
            json.WriteString("uid"u8, item.Uid);
        }

        if (item.Version > 0)
        {
            json.WriteString("resourceVersion"u8, item.Version.ToString(CultureInfo.InvariantCulture));
        }

        if (item.CreatedAt > 0)
        {
            json.WriteString("creationTimestamp"u8, StoredObject.TimeText(item.CreatedAt));
        }

        if (item.DeletedAt is { } deletedAt)
        {
            json.WriteString("deletionTimestamp"u8, StoredObject.TimeText(deletedAt));
            if (item.Resource != ServedResource.Namespaces)
            {
                json.WriteNumber("deletionGracePeriodSeconds"u8, 0);
            }
        }

        WriteMap(json, "labels"u8, meta.Labels);
        WriteMap(json, "annotations"u8, meta.Annotations);
        WriteOwners(json, meta);
        WriteTexts(json, "finalizers"u8, meta.Finalizers.AsSpan());
        if (!item.ManagedFields.IsEmpty)
        {
            json.WritePropertyName("managedFields"u8);
            json.WriteRawValue(item.ManagedFields.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteRest(Utf8JsonWriter json, StoredObject item)
    {
        if (item.Rest.IsEmpty)
        {
            return;
        }

        using var rest = JsonDocument.Parse(item.Rest);
        foreach (var member in rest.RootElement.EnumerateObject())
        {
            member.WriteTo(json);
        }
    }

    private static void WriteRole(Utf8JsonWriter json, RbacRole role)
    {
        if (role.Rules.IsEmpty)
        {
            json.WriteNull("rules"u8);
        }
        else
        {
            json.WriteStartArray("rules"u8);
            foreach (var rule in role.Rules)
            {
                json.WriteStartObject();
                WriteTexts(json, "verbs"u8, rule.Verbs.AsSpan(), isAlways: true);
                WriteTexts(json, "apiGroups"u8, rule.ApiGroups.AsSpan());
                WriteTexts(json, "resources"u8, rule.Resources.AsSpan());
                WriteTexts(json, "resourceNames"u8, rule.ResourceNames.AsSpan());
                WriteTexts(json, "nonResourceURLs"u8, rule.NonResourceUrls.AsSpan());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (role is ClusterRole { AggregationRule: { } aggregation })
        {
            json.WriteStartObject("aggregationRule"u8);
            WriteSelectors(json, aggregation);
            json.WriteEndObject();
        }
    }

    private static void WriteSelectors(Utf8JsonWriter json, AggregationRule aggregation)
    {
        if (aggregation.ClusterRoleSelectors.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("clusterRoleSelectors"u8);
        foreach (var selector in aggregation.ClusterRoleSelectors)
        {
            json.WriteStartObject();
            WriteMap(json, "matchLabels"u8, selector.MatchLabels);
            if (!selector.MatchExpressions.IsEmpty)
            {
                json.WriteStartArray("matchExpressions"u8);
                foreach (var expression in selector.MatchExpressions)
                {
                    json.WriteStartObject();
                    json.WriteString("key"u8, expression.Key);
                    json.WriteString("operator"u8, expression.Operator);
                    WriteTexts(json, "values"u8, expression.Values.AsSpan());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBinding(Utf8JsonWriter json, RbacBinding binding)
    {
        if (!binding.Subjects.IsEmpty)
        {
            json.WriteStartArray("subjects"u8);
            foreach (var subject in binding.Subjects)
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, subject.Kind);
                WriteText(json, "apiGroup"u8, subject.ApiGroup);
                json.WriteString("name"u8, subject.Name);
                WriteText(json, "namespace"u8, subject.Namespace);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("roleRef"u8);
        json.WriteString("apiGroup"u8, binding.RoleRef.ApiGroup);
        json.WriteString("kind"u8, binding.RoleRef.Kind);
        json.WriteString("name"u8, binding.RoleRef.Name);
        json.WriteEndObject();
    }

    private static void WriteOwners(Utf8JsonWriter json, ObjectMeta meta)
    {
        if (meta.OwnerReferences.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("ownerReferences"u8);
        foreach (var owner in meta.OwnerReferences)
        {
            json.WriteRawValue(owner.ToGoJson());
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableSortedDictionary<string, string> map)
    {
        if (map.IsEmpty)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<string> texts, bool isAlways = false)
    {
        if (texts.IsEmpty && !isAlways)
        {
            return;
        }

        if (texts.IsEmpty)
        {
            json.WriteNull(name);
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
