using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Formats;

namespace AuthzSim.Authentication.Cluster;

/// <summary>Decodes one object; what does not fit is noted at its place, and never quotes a value, which may be secret.</summary>
internal sealed class ClusterObjectDecoder(ManifestDocument document)
{
    private const string DefaultNamespace = "default";

    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 128 };

    private readonly List<Diagnostic> _problems = [];
    private string _name = "";
    private bool _isGenerated;
    private string _namespace = "";
    private string _uid = "";
    private DateTimeOffset? _deletionTimestamp;
    private ImmutableSortedDictionary<string, string> _labels = ClusterObject.NoLabels;

    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>The object; null when there is something wrong with it, or when the server would make up its name.</summary>
    public ClusterObject? Decode()
    {
        try
        {
            using var json = JsonDocument.Parse(document.Json, _options);
            return Decode(json.RootElement);
        }
        catch (InvalidOperationException)
        {
            Error("", DiagnosticCodes.Encoding, "a `\\u` escape in it is half of a surrogate pair, which is no character");
            return null;
        }
    }

    private ClusterObject? Decode(JsonElement root)
    {
        if (Object(root, "metadata") is { } metadata)
        {
            Metadata(metadata);
        }

        var (secrets, type, data) =
            (ImmutableArray<string>.Empty, "", (ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>?)null);
        switch (document.Kind)
        {
            case nameof(ServiceAccount): secrets = Secrets(root); break;
            case nameof(Secret): (type, data) = (Text(root, "type", "type"), Data(root)); break;
        }

        if (_name.Length == 0 && !_isGenerated)
        {
            Error("metadata", DiagnosticCodes.Invalid, "metadata.name: Required value: name or generateName is required");
        }

        Scope();
        if (_name.Length == 0 || _problems.Exists(p => p.Severity == DiagnosticSeverity.Error))
        {
            return null;
        }

        ClusterObject @object = document.Kind switch
        {
            nameof(ServiceAccount) => new ServiceAccount { Name = _name, Secrets = secrets },
            nameof(Secret) => new Secret { Name = _name, Type = type, Data = data },
            nameof(Pod) => new Pod { Name = _name },
            _ => new Node { Name = _name },
        };
        return @object with { Namespace = _namespace, Uid = _uid, DeletionTimestamp = _deletionTimestamp, Labels = _labels };
    }

    private void Metadata(JsonElement metadata)
    {
        _name = Text(metadata, "name", "metadata.name");
        _isGenerated = Text(metadata, "generateName", "metadata.generateName").Length > 0;
        _namespace = Text(metadata, "namespace", "metadata.namespace");
        _uid = Text(metadata, "uid", "metadata.uid");
        var deleted = Text(metadata, "deletionTimestamp", "metadata.deletionTimestamp");
        if (Rfc3339.TryParse(deleted, out var time))
        {
            _deletionTimestamp = time;
        }
        else if (deleted.Length > 0)
        {
            Error("metadata.deletionTimestamp", DiagnosticCodes.Invalid, "metadata.deletionTimestamp: not a time as RFC 3339 writes it");
        }

        var labels = ClusterObject.NoLabels.ToBuilder();
        foreach (var (key, value) in Entries(metadata, "labels", "metadata.labels"))
        {
            labels[key] = value ?? "";
        }

        _labels = labels.ToImmutable();
    }

    /// <summary>Into the namespace where kubectl would put it; of service accounts the policy's reader says so already.</summary>
    private void Scope()
    {
        if (document.Kind == nameof(Node))
        {
            _namespace = "";
        }
        else if (_namespace.Length == 0)
        {
            _namespace = DefaultNamespace;
            if (document.Kind != nameof(ServiceAccount))
            {
                _problems.Add(new Diagnostic(
                    document.Location,
                    DiagnosticSeverity.Warning,
                    DiagnosticCodes.NoNamespace,
                    $"{Named}: no `metadata.namespace`: taken as `{DefaultNamespace}`, where kubectl would put it"));
            }
        }
    }

    private ImmutableArray<string> Secrets(JsonElement root)
    {
        if (!TryGet(root, "secrets", out var list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            WrongType("secrets", "a list of objects");
            return [];
        }

        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                names.Add(Text(item, "name", $"secrets[{index}].name"));
            }
            else
            {
                WrongType($"secrets[{index}]", "an object");
            }
        }

        return names.ToImmutable();
    }

    /// <summary>
    /// What the server stores: <c>stringData</c> written over <c>data</c>, and nothing at all when both are empty.
    /// </summary>
    private ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>? Data(JsonElement root)
    {
        var data = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (key, value) in Entries(root, "data", "data"))
        {
            if (Base64.TryDecode(value ?? "", out var bytes))
            {
                data[key] = bytes;
            }
            else
            {
                Error(
                    $"data.{key}", DiagnosticCodes.WrongType, $"data.{key}: not base64: encode it, or put it under `stringData`");
            }
        }

        foreach (var (key, value) in Entries(root, "stringData", "stringData"))
        {
            data[key] = System.Text.Encoding.UTF8.GetBytes(value ?? "");
        }

        return data.Count == 0 ? null : data.ToImmutable();
    }

    private IEnumerable<(string Key, string? Value)> Entries(JsonElement parent, string name, string path)
    {
        if (Object(parent, name, path) is not { } map)
        {
            yield break;
        }

        foreach (var entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null)
            {
                yield return (entry.Name, entry.Value.GetString());
            }
            else
            {
                WrongType($"{path}.{entry.Name}", "text");
            }
        }
    }

    private JsonElement? Object(JsonElement parent, string name, string? path = null)
    {
        if (!TryGet(parent, name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        WrongType(path ?? name, "an object");
        return null;
    }

    private string Text(JsonElement parent, string name, string path)
    {
        if (!TryGet(parent, name, out var value))
        {
            return "";
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }

        WrongType(path, "text");
        return "";
    }

    /// <summary>Null is the same as absent, as in the API server.</summary>
    private static bool TryGet(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private void WrongType(string path, string expected) =>
        Error(path, DiagnosticCodes.WrongType, $"{path}: another value stands where {expected} is needed");

    private void Error(string path, string code, string message) =>
        _problems.Add(new Diagnostic(document.LocationOf(path), DiagnosticSeverity.Error, code, $"{Named}: {message}"));

    private string Named => _name.Length > 0 ? $"{document.Kind} `{_name}`" : document.Kind;
}
