using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AuthzSim.Formats;
using AuthzSim.Rbac;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Server.Resources;

/// <summary>An object as a client has written it.</summary>
/// <param name="Meta">Its metadata, with what only the server may set.</param>
/// <param name="Rbac">The role or binding; null for other resources.</param>
/// <param name="Rest">What a service account has beside its metadata, as the text of a JSON object.</param>
/// <param name="Complaints">What strict decoding complains of.</param>
internal sealed record Draft(ObjectMeta Meta, RbacObject? Rbac, ReadOnlyMemory<byte> Rest, ImmutableArray<string> Complaints)
{
    private static readonly string[] _accountFields = ["secrets", "imagePullSecrets", "automountServiceAccountToken"];

    /// <summary>Decodes a body; the failure is null when it decodes.</summary>
    public static (Draft? Draft, ApiStatus? Failure) Read(ServedResource resource, ReadOnlyMemory<byte> body, bool isStrict)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, UndecodedBody.Of(resource.Kind, resource.Kind, resource.ApiVersion, "json: cannot unmarshal the body: an object is needed"));
            }

            return resource.IsRbac ? ReadRbac(resource, body, root, isStrict) : ReadCore(resource, root, isStrict);
        }
        catch (JsonException e)
        {
            return (null, ApiStatuses.BadRequest($"couldn't get version/kind; json parse error: {e.Message}"));
        }
        catch (PolicyFormatException e)
        {
            return (null, UndecodedBody.Of(resource.Kind, resource.Kind, resource.ApiVersion, e.Diagnostics[0].Message));
        }
    }

    private static (Draft? Draft, ApiStatus? Failure) ReadRbac(ServedResource resource, ReadOnlyMemory<byte> body, JsonElement root, bool isStrict)
    {
        var decoded = RbacManifest.DecodeJson(body);
        var complaints = decoded.StrictErrors;
        if (decoded.Object is null && (decoded.Kind.Length == 0 || decoded.ApiVersion.Length == 0))
        {
            decoded = RbacManifest.DecodeJson(WithType(resource, decoded, body));
            complaints = [.. decoded.StrictErrors.Where(e => e.Path is not ("kind" or "apiVersion"))];
        }

        var texts = complaints.Select(c => c.ToString()).ToImmutableArray();
        if (BodyDecoding.Check(resource.Kind, decoded.Kind, decoded.ApiVersion, isStrict ? texts : []) is { } failure)
        {
            return (null, failure);
        }

        if (decoded.Object is not { } item || item.Kind != resource.Kind)
        {
            return (null, UndecodedBody.Of(
                resource.Kind, decoded.Kind, decoded.ApiVersion,
                $"no kind {GoText.Quote(decoded.Kind)} is registered for version {GoText.Quote(decoded.ApiVersion)} in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""));
        }

        var meta = WithSkipped(item.Metadata, root);
        return (new Draft(meta, item with { Metadata = meta, Location = default }, default, texts), null);
    }

    private static (Draft? Draft, ApiStatus? Failure) ReadCore(ServedResource resource, JsonElement root, bool isStrict)
    {
        List<string> complaints = [];
        foreach (var member in root.EnumerateObject())
        {
            var isKnown = member.Name is "kind" or "apiVersion" or "metadata"
                || (resource == ServedResource.Namespaces ? member.Name is "spec" or "status" : _accountFields.Contains(member.Name));
            if (!isKnown)
            {
                complaints.Add(BodyDecoding.UnknownField(member.Name));
            }
        }

        var meta = ObjectMeta.Empty;
        if (root.TryGetProperty("metadata"u8, out var metadata) && metadata.ValueKind != JsonValueKind.Null)
        {
            (meta, var strict) = MetadataReader.Read(metadata);
            complaints.AddRange(strict.Select(s => s.ToString()));
            meta = WithSkipped(meta, root);
        }

        return UndecodedBody.Check(
            resource.ApiVersion, resource.Kind, MetadataReader.TextOf(root, "kind"), MetadataReader.TextOf(root, "apiVersion"), isStrict ? complaints : []) is { } failure
            ? (null, failure)
            : (new Draft(meta, null, resource == ServedResource.ServiceAccounts ? AccountRest(root) : default, [.. complaints]), null);
    }

    /// <summary>A body that does not say what it is, is what the URL stands for.</summary>
    private static byte[] WithType(ServedResource resource, DecodedManifest decoded, ReadOnlyMemory<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        var type = (decoded.ApiVersion.Length == 0 ? $"\"apiVersion\":\"{resource.ApiVersion}\"," : "") + (decoded.Kind.Length == 0 ? $"\"kind\":\"{resource.Kind}\"," : "");
        var brace = text.IndexOf('{', StringComparison.Ordinal) + 1;
        var isEmpty = text.AsSpan(brace).TrimStart().StartsWith("}");
        return Encoding.UTF8.GetBytes($"{text.AsSpan(0, brace)}{(isEmpty ? type.TrimEnd(',') : type)}{text.AsSpan(brace)}");
    }

    /// <summary>What the reader of manifests passes over.</summary>
    private static ObjectMeta WithSkipped(ObjectMeta meta, JsonElement root) => root.TryGetProperty("metadata"u8, out var metadata)
        ? meta with { OwnerReferences = MetadataReader.OwnersOf(metadata), CreationTimestamp = MetadataReader.TextOf(metadata, "creationTimestamp") }
        : meta;

    private static ReadOnlyMemory<byte> AccountRest(JsonElement root)
    {
        using var stream = new MemoryStream();
        var any = false;
        using (var json = new Utf8JsonWriter(stream, ServerJson.WriterOptions))
        {
            json.WriteStartObject();
            foreach (var name in _accountFields)
            {
                if (root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Array or JsonValueKind.True or JsonValueKind.False)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                    any = true;
                }
            }

            json.WriteEndObject();
        }

        return any ? stream.ToArray() : default;
    }
}
