using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthzSim.Formats.Yaml;

/// <summary>A mapping or sequence that is open. Used again for the next one at the same depth.</summary>
internal sealed class YamlFrame
{
    /// <summary>Deeper than any output the readers take, so that they are the ones to refuse it.</summary>
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1000 };

    private int _mergeStart = -1;
    private int _mergeMark;

    public bool IsMapping { get; private set; }

    /// <summary>The next node of the mapping is a key.</summary>
    public bool AtKey { get; set; }

    /// <summary>Elements or fields written.</summary>
    public int Count { get; set; }

    public int Start { get; private set; }

    public int FirstMark { get; private set; }

    public AnchorName Anchor { get; private set; }

    /// <summary>The objects to merge, the stronger first.</summary>
    public List<(JsonFragment Fragment, int Start, int End)>? Merges { get; private set; }

    public void Begin(bool isMapping, AnchorName anchor, int start, int firstMark)
    {
        (IsMapping, AtKey, Anchor, Start, FirstMark) = (isMapping, isMapping, anchor, start, firstMark);
        (Count, Merges, _mergeStart) = (0, null, -1);
    }

    /// <summary>The value that follows is not written but merged.</summary>
    public void BeginMerge(int start, int firstMark) => (_mergeStart, _mergeMark) = (start, firstMark);

    public void EndMerge(JsonOutput output, ParsingEvent last)
    {
        if (_mergeStart < 0)
        {
            return;
        }

        var fragment = output.CopyFrom(_mergeStart, _mergeMark);
        output.TakeBackTo(_mergeStart, _mergeMark);
        _mergeStart = -1;
        Merges ??= [];
        var reader = new Utf8JsonReader(fragment.Json, Deep);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                Merges.Add((fragment, start, (int)reader.BytesConsumed));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            Merges.Add((fragment, 0, fragment.Json.Length));
            return;
        }

        if (reader.TokenType != JsonTokenType.EndArray)
        {
            throw YamlConverter.Problem(last, DiagnosticCodes.Syntax, "only an object, or a list of objects, can be merged with `<<`");
        }
    }

    /// <summary>Adds the fields of the merged objects that the mapping does not have itself.</summary>
    public void WriteMerges(JsonOutput output, List<(JsonFragment Fragment, int Start, int End)> merges)
    {
        output.Write('}');
        var names = new HashSet<string>(StringComparer.Ordinal);
        var own = new Utf8JsonReader(output.Json.Span[Start..], Deep);
        for (own.Read(); own.Read() && own.TokenType == JsonTokenType.PropertyName; own.Skip())
        {
            names.Add(own.GetString()!);
        }

        output.TakeBackTo(output.Length - 1, output.Marks.Count);
        foreach (var (fragment, start, stop) in merges)
        {
            WriteFields(output, fragment, start, stop, names);
        }
    }

    private void WriteFields(JsonOutput output, JsonFragment fragment, int start, int stop, HashSet<string> names)
    {
        var reader = new Utf8JsonReader(fragment.Json.AsSpan(start..stop), Deep);
        var mark = 0;
        for (reader.Read(); reader.Read() && reader.TokenType == JsonTokenType.PropertyName;)
        {
            var field = start + (int)reader.TokenStartIndex;
            var isNew = names.Add(reader.GetString()!);
            reader.Skip();
            if (!isNew)
            {
                continue;
            }

            if (Count++ > 0)
            {
                output.Write(',');
            }

            mark = output.Append(fragment, field, start + (int)reader.BytesConsumed, mark);
        }
    }
}
