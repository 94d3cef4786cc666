using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AuthzSim.Formats;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>Reads the metadata of objects of every kind, which is the same for all.</summary>
internal static class MetadataReader
{
    /// <summary>The metadata of an object, without its owners, and what strict decoding complains of.</summary>
    /// <param name="metadata">The value of <c>metadata</c>.</param>
    /// <exception cref="PolicyFormatException">A field has a value of another type.</exception>
    public static (ObjectMeta Meta, ImmutableArray<StrictDecodingError> StrictErrors) Read(JsonElement metadata)
    {
        // An RBAC object with this metadata and nothing else.
        var text = $$"""{"apiVersion":"{{RbacNames.Group}}/v1","kind":"{{RbacNames.RoleKind}}","metadata":{{metadata.GetRawText()}}}""";
        var decoded = RbacManifest.DecodeJson(Encoding.UTF8.GetBytes(text));
        return (decoded.Object!.Metadata, decoded.StrictErrors);
    }

    /// <summary>The owners that metadata names; what is no owner is passed over.</summary>
    public static ImmutableArray<OwnerReference> OwnersOf(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object
            || !metadata.TryGetProperty("ownerReferences"u8, out var owners) || owners.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        return
        [
            .. owners.EnumerateArray().Where(o => o.ValueKind == JsonValueKind.Object).Select(o => new OwnerReference
            {
                ApiVersion = TextOf(o, "apiVersion"),
                Kind = TextOf(o, "kind"),
                Name = TextOf(o, "name"),
                Uid = TextOf(o, "uid"),
                Controller = FlagOf(o, "controller"),
                BlockOwnerDeletion = FlagOf(o, "blockOwnerDeletion"),
            }),
        ];
    }

    /// <summary>A text of an object; <c>""</c> when there is none.</summary>
    public static string TextOf(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool? FlagOf(JsonElement from, string name) => from.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;
}
