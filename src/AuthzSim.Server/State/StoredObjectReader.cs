using System.Globalization;
using System.Text;
using System.Text.Json;
using AuthzSim.Formats;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.State;

/// <summary>Reads objects that <see cref="ObjectJson"/> has written.</summary>
internal static class StoredObjectReader
{
    public static StoredObject Read(ServedResource resource, ReadOnlyMemory<byte> utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json);
        var root = document.RootElement;
        var metadata = root.GetProperty("metadata"u8);
        var decoded = resource.IsRbac ? RbacManifest.DecodeJson(utf8Json).Object : null;
        var meta = (decoded?.Metadata ?? MetadataReader.Read(metadata).Meta) with
        {
            Uid = "",
            ResourceVersion = "",
            OwnerReferences = MetadataReader.OwnersOf(metadata),
        };
        return new StoredObject
        {
            Resource = resource,
            Namespace = resource.IsNamespaced ? meta.Namespace : "",
            Name = meta.Name,
            Rbac = decoded is null ? null : decoded with { Metadata = meta, Location = default },
            Meta = meta,
            Rest = resource.IsRbac ? default : RestOf(root),
            ManagedFields = metadata.TryGetProperty("managedFields"u8, out var managed) ? Encoding.UTF8.GetBytes(managed.GetRawText()) : default,
            Uid = metadata.GetProperty("uid"u8).GetGuid(),
            Version = long.Parse(metadata.GetProperty("resourceVersion"u8).GetString()!, CultureInfo.InvariantCulture),
            CreatedAt = TimeOf(metadata, "creationTimestamp") ?? 0,
            DeletedAt = TimeOf(metadata, "deletionTimestamp"),
        };
    }

    /// <summary>What an object has beside its type and metadata, as the text of a JSON object; empty for nothing.</summary>
    public static ReadOnlyMemory<byte> RestOf(JsonElement root)
    {
        using var stream = new MemoryStream();
        var any = false;
        using (var json = new Utf8JsonWriter(stream, ServerJson.WriterOptions))
        {
            json.WriteStartObject();
            foreach (var member in root.EnumerateObject())
            {
                if (member.Name is not ("kind" or "apiVersion" or "metadata"))
                {
                    member.WriteTo(json);
                    any = true;
                }
            }

            json.WriteEndObject();
        }

        return any ? stream.ToArray() : default;
    }

    private static long? TimeOf(JsonElement metadata, string name) => metadata.TryGetProperty(name, out var time)
        ? DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeSeconds()
        : null;
}
