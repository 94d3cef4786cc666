using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>The places of all fields of one object by their path, made only when validation has something to say.</summary>
internal sealed class FieldPlaces
{
    private readonly Dictionary<string, SourceLocation> _places = new(StringComparer.Ordinal);

    public FieldPlaces(in DecodedItem item)
    {
        var reader = new Utf8JsonReader(item.Json, new JsonReaderOptions { MaxDepth = FieldReader.MaxDepth });
        var path = new FieldPath();
        var counters = new Stack<int>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Leave();
                    counters.Pop();
                    continue;
                case JsonTokenType.PropertyName:
                    path.Set(reader.GetString()!);
                    Note(path, in item, in reader);
                    continue;
            }

            if (counters.TryPeek(out var index) && index >= 0)
            {
                path.Set(index);
                counters.Push(counters.Pop() + 1);
                Note(path, in item, in reader);
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                path.Enter();
                counters.Push(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
            }
        }
    }

    /// <summary>The place of the field, or of the innermost object around it that exists.</summary>
    public SourceLocation Find(string path, SourceLocation otherwise)
    {
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
        {
            if (_places.TryGetValue(path[..end], out var place))
            {
                return place;
            }
        }

        return otherwise;
    }

    /// <summary>An object in a list is found where its first field is.</summary>
    private void Note(FieldPath path, in DecodedItem item, in Utf8JsonReader reader)
    {
        var index = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var next = item.Json[(index + 1)..].IndexOfAnyExcept(" \t\r\n"u8);
            index += item.Json[index + 1 + next] == '"' ? next + 1 : 0;
        }

        _places.TryAdd(path.ToString(), item.Locator.At(item.Start + index));
    }
}
