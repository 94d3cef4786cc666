using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Discovery;

namespace AuthzSim.Formats.Discovery;

/// <summary>
/// Reads aggregated discovery (upstream: <c>apidiscovery.k8s.io/v2.APIGroupDiscoveryList</c>), the answer of a server's
/// <c>/api</c> and <c>/apis</c>.
/// </summary>
public static class DiscoveryReader
{
    private static readonly Lazy<ApiDiscovery> _kubernetes136 = new(ReadEmbedded);

    /// <summary>What a Kubernetes v1.36 API server has without any custom resource.</summary>
    public static ApiDiscovery Kubernetes136 => _kubernetes136.Value;

    /// <summary>
    /// Reads a JSON object whose members <c>aggregated:/api</c> and <c>aggregated:/apis</c> are the two documents.
    /// </summary>
    /// <param name="utf8">The JSON.</param>
    /// <exception cref="JsonException">The text is not JSON, or an object or list is missing where discovery has one.</exception>
    /// <exception cref="InvalidOperationException">A text has another type.</exception>
    public static ApiDiscovery Read(ReadOnlySpan<byte> utf8)
    {
        List<ApiGroup> core = [];
        List<ApiGroup> named = [];
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader, out var name))
        {
            switch (name)
            {
                case "aggregated:/api":
                    core.AddRange(ReadList(ref reader));
                    break;
                case "aggregated:/apis":
                    named.AddRange(ReadList(ref reader));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ApiDiscovery([.. core, .. named]);
    }

    /// <summary>The documents that <see cref="Kubernetes136"/> was read from, by the paths they are served at.</summary>
    internal static JsonObject ReadEmbeddedDocuments() => (JsonObject)JsonNode.Parse(ReadEmbeddedBytes())!;

    private static ApiDiscovery ReadEmbedded() => Read(ReadEmbeddedBytes());

    private static byte[] ReadEmbeddedBytes()
    {
        using var stream = typeof(DiscoveryReader).Assembly.GetManifestResourceStream("discovery.json")
            ?? throw new InvalidOperationException("discovery.json is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static ImmutableArray<ApiGroup> ReadList(ref Utf8JsonReader reader)
    {
        ImmutableArray<ApiGroup> groups = [];
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader, out var name))
        {
            if (name == "items")
            {
                groups = ReadItems(ref reader, ReadGroup);
            }
            else
            {
                reader.Skip();
            }
        }

        return groups;
    }

    private static ApiGroup ReadGroup(ref Utf8JsonReader reader)
    {
        var group = "";
        ImmutableArray<(string Version, ImmutableArray<ApiResource> Resources)> versions = [];
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader, out var name))
        {
            switch (name)
            {
                case "metadata":
                    group = ReadMember(ref reader, "name");
                    break;
                case "versions":
                    versions = ReadItems(ref reader, ReadVersion);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ApiGroup(
            group,
            [
                .. versions.Select(v => new ApiGroupVersion(
                    group, v.Version, [.. v.Resources.Select(r => r with { Group = group, Version = v.Version })])),
            ]);
    }

    private static (string Version, ImmutableArray<ApiResource> Resources) ReadVersion(ref Utf8JsonReader reader)
    {
        var version = "";
        ImmutableArray<ApiResource> resources = [];
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader, out var name))
        {
            switch (name)
            {
                case "version":
                    version = reader.GetString()!;
                    break;
                case "resources":
                    resources = ReadItems(ref reader, ReadResource);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (version, resources);
    }

    private static ApiResource ReadResource(ref Utf8JsonReader reader)
    {
        var resource = new ApiResource();
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader, out var name))
        {
            switch (name)
            {
                case "resource":
                    resource = resource with { Name = reader.GetString()! };
                    break;
                case "singularResource":
                    resource = resource with { SingularName = reader.GetString()! };
                    break;
                case "responseKind":
                    resource = resource with { Kind = ReadKind(ref reader) };
                    break;
                case "scope":
                    resource = resource with { IsNamespaced = reader.ValueTextEquals("Namespaced"u8) };
                    break;
                case "shortNames":
                    resource = resource with { ShortNames = ReadItems(ref reader, ReadText) };
                    break;
                case "categories":
                    resource = resource with { Categories = ReadItems(ref reader, ReadText) };
                    break;
                case "verbs":
                    resource = resource with { Verbs = ReadItems(ref reader, ReadText) };
                    break;
                case "subresources":
                    resource = resource with { Subresources = ReadItems(ref reader, ReadSubresource) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return resource;
    }

    private static string ReadKind(ref Utf8JsonReader reader) => ReadMember(ref reader, "kind");

    private static string ReadSubresource(ref Utf8JsonReader reader) => ReadMember(ref reader, "subresource");

    private static string ReadText(ref Utf8JsonReader reader) => reader.GetString()!;

    /// <summary>One string member of an object, <c>""</c> when it is not there.</summary>
    private static string ReadMember(ref Utf8JsonReader reader, string member)
    {
        var result = "";
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader, out var name))
        {
            if (name == member)
            {
                result = reader.GetString()!;
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    /// <summary>Moves to the value of the object's next member; false, on the closing brace, after the last.</summary>
    private static bool NextProperty(ref Utf8JsonReader reader, out string name)
    {
        reader.Read();
        name = "";
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        name = reader.GetString()!;
        reader.Read();
        return true;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type)
        {
            throw new JsonException($"{type} was expected, not {reader.TokenType}");
        }
    }

    private delegate T ItemReader<T>(ref Utf8JsonReader reader);

    private static ImmutableArray<T> ReadItems<T>(ref Utf8JsonReader reader, ItemReader<T> read)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        Expect(ref reader, JsonTokenType.StartArray);
        var items = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(read(ref reader));
        }

        return items.DrainToImmutable();
    }
}
