using System.Globalization;
using System.Text.Json.Nodes;
using AuthzSim.Writes;

namespace AuthzSim.Server.Patching;

/// <summary>
/// JSON patch (RFC 6902) with the liberties of upstream's <c>github.com/evanphx/json-patch</c>: <c>replace</c> of a missing field
/// adds it, <c>copy</c> of one makes a null, indices may count from the end.
/// </summary>
internal static class JsonPatch
{
    private const int MaxOperations = 10_000;

    /// <summary>Bytes that all <c>copy</c> operations may add (upstream: <c>JSONPatchMaxCopyBytes</c>).</summary>
    private const int MaxCopied = 3 * 1024 * 1024;

    private static readonly string[] _texts = ["op", "path", "from"];

    /// <summary>Carries out the operations on a copy of the document.</summary>
    /// <exception cref="PatchFailureException">The patch is none, or cannot be applied.</exception>
    public static JsonNode Apply(JsonObject document, JsonNode? patch)
    {
        JsonNode root = document.DeepClone();
        var copied = 0L;
        foreach (var operation in Operations(patch))
        {
            root = Apply(root, operation, ref copied);
        }

        return root;
    }

    private static JsonArray Operations(JsonNode? patch)
    {
        if (patch is not (null or JsonArray))
        {
            throw Undecodable(patch, "value of type []handlers.jsonPatchOp");
        }

        var operations = patch as JsonArray ?? [];
        foreach (var operation in operations)
        {
            if (operation is not (null or JsonObject))
            {
                throw Undecodable(operation, "value of type handlers.jsonPatchOp");
            }

            foreach (var name in _texts)
            {
                if (operation?[name] is { } value && PatchJson.Text(value) is null)
                {
                    throw Undecodable(value, $"struct field jsonPatchOp.{name} of type string");
                }
            }
        }

        return operations.Count <= MaxOperations ? operations : throw new PatchFailureException(new ApiStatus
        {
            Code = 413,
            Reason = "RequestEntityTooLarge",
            Message = "Request entity too large: The allowed maximum operations in a JSON patch is "
                + $"{MaxOperations}, got {operations.Count}",
        });
    }

    private static PatchFailureException Undecodable(JsonNode? value, string expected) =>
        PatchFailures.BadRequest($"error decoding patch: json: cannot unmarshal {PatchJson.TypeName(value)} into Go {expected}");

    private static JsonNode Apply(JsonNode root, JsonNode? operation, ref long copied)
    {
        var value = operation?["value"];
        switch (PatchJson.Text(operation?["op"]))
        {
            case "add":
                Place.Of(root, operation!["path"]).Add(value?.DeepClone());
                break;
            case "remove":
                Place.Of(root, operation!["path"]).Remove();
                break;
            case "replace" when PatchJson.Text(operation!["path"]) is "":
                return value is JsonObject or JsonArray ? value.DeepClone() : throw PatchFailures.Unprocessable();
            case "replace":
                Place.Of(root, operation!["path"]).Replace(value?.DeepClone());
                break;
            case "move":
                var source = Place.Of(root, operation!["from"]);
                var moved = source.Get();
                source.Remove();
                Place.Of(root, operation["path"]).Add(moved);
                break;
            case "copy":
                var original = Place.Of(root, operation!["from"]).Get();
                copied += original is null ? 0 : PatchJson.Bytes(original).Length;
                if (copied > MaxCopied)
                {
                    throw PatchFailures.Unprocessable();
                }

                Place.Of(root, operation["path"]).Add(original?.DeepClone());
                break;
            case "test":
                var tested = PatchJson.Text(operation!["path"]) is "" ? root : Place.Of(root, operation["path"]).Get();
                if (!JsonNode.DeepEquals(tested, value))
                {
                    throw PatchFailures.Unprocessable();
                }

                break;
            default:
                throw PatchFailures.Unprocessable();
        }

        return root;
    }

    /// <summary>Where a JSON pointer leads: the object or array that is there, and the key in it.</summary>
    private readonly record struct Place(JsonNode Container, string Key, int Level)
    {
        public static Place Of(JsonNode root, JsonNode? pointer)
        {
            var tokens = (PatchJson.Text(pointer) ?? throw PatchFailures.Unprocessable()).Split('/');
            if (tokens.Length < 2)
            {
                throw PatchFailures.Unprocessable();
            }

            var container = root;
            foreach (var token in tokens.AsSpan(1, tokens.Length - 2))
            {
                container = new Place(container, Decode(token), 0).Get() is JsonNode next and (JsonObject or JsonArray)
                    ? next
                    : throw PatchFailures.Unprocessable();
            }

            return new Place(container, Decode(tokens[^1]), tokens.Length - 1);
        }

        public JsonNode? Get() => Container is JsonArray items ? items[Index(items.Count)] : Container[Key];

        public void Add(JsonNode? value)
        {
            CheckDepth(value);
            if (Container is JsonArray items)
            {
                items.Insert(Key == "-" ? items.Count : Index(items.Count + 1), value);
            }
            else
            {
                Container[Key] = value;
            }
        }

        public void Replace(JsonNode? value)
        {
            CheckDepth(value);
            if (Container is JsonArray items)
            {
                items[Index(items.Count)] = value;
            }
            else
            {
                Container[Key] = value;
            }
        }

        public void Remove()
        {
            if (Container is JsonArray items)
            {
                items.RemoveAt(Index(items.Count));
            }
            else if (!Container.AsObject().Remove(Key))
            {
                throw PatchFailures.Unprocessable();
            }
        }

        // Operation by operation a document could else grow deeper than anything that walks it can go.
        private void CheckDepth(JsonNode? value)
        {
            if (Level + PatchJson.Depth(value) > PatchJson.MaxDepth)
            {
                throw PatchFailures.Unprocessable();
            }
        }

        private int Index(int count)
        {
            var isNumber = long.TryParse(Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index);
            index += index < 0 ? count : 0;
            return isNumber && index >= 0 && index < count ? (int)index : throw PatchFailures.Unprocessable();
        }

        private static string Decode(string token) =>
            token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
