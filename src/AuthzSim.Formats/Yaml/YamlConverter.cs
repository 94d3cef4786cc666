using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthzSim.Formats.Yaml;

/// <summary>
/// Turns the events of one YAML document into JSON, as kubectl does before it decodes anything: aliases are repeated, merges
/// carried out, plain scalars typed. Depth and the growth by aliases are bounded.
/// </summary>
internal sealed class YamlConverter(IParser events, JsonOutput output, int inputLength, CancellationToken cancellation)
{
    public const int MaxDepth = 100;
    private const int FreeTokens = 100_000;
    private const int FreeBytes = 1 << 24;
    private const int MaxGrowth = 10;
    private const int CheckEvery = 1 << 12;

    private readonly Dictionary<AnchorName, JsonFragment> _anchors = [];
    private readonly List<YamlFrame> _frames = [];
    private int _depth;
    private int _eventCount;

    private YamlFrame? Top => _depth == 0 ? null : _frames[_depth - 1];

    /// <summary>Reads on from a document's start to its end.</summary>
    public void ConvertDocument()
    {
        output.TakeBackTo(0, 0);
        _anchors.Clear();
        (_depth, _eventCount) = (0, 0);
        while (events.MoveNext() && events.Current is not DocumentEnd)
        {
            if (++_eventCount % CheckEvery == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            Convert(events.Current!);
        }
    }

    private void Convert(ParsingEvent parsed)
    {
        if (parsed is MappingEnd or SequenceEnd)
        {
            Close(parsed);
            return;
        }

        if (Top is { IsMapping: true, AtKey: true } mapping)
        {
            mapping.AtKey = false;
            WriteKey(mapping, parsed);
            return;
        }

        if (Top is { IsMapping: false, Count: var count } sequence)
        {
            sequence.Count = count + 1;
            if (count > 0)
            {
                output.Write(',');
            }
        }

        switch (parsed)
        {
            case NodeEvent node and (MappingStart or SequenceStart): Open(node); break;
            case Scalar scalar: WriteScalar(scalar); break;
            case AnchorAlias alias:
                output.Append(Resolve(alias));
                Bound(alias);
                EndValue(alias);
                break;
        }
    }

    private void Open(NodeEvent node)
    {
        if (_depth == MaxDepth)
        {
            throw Problem(node, DiagnosticCodes.TooLarge, $"nested more than {MaxDepth} levels deep");
        }

        if (!node.Anchor.IsEmpty)
        {
            _anchors.Remove(node.Anchor);
        }

        if (_frames.Count == _depth)
        {
            _frames.Add(new YamlFrame());
        }

        _frames[_depth++].Begin(node is MappingStart, node.Anchor, output.Length, output.Marks.Count);
        Mark(node);
        output.Write(node is MappingStart ? '{' : '[');
    }

    private void Close(ParsingEvent end)
    {
        var frame = Top!;
        if (frame.Merges is { } merges)
        {
            frame.WriteMerges(output, merges);
            Bound(end);
        }

        output.Write(frame.IsMapping ? '}' : ']');
        _depth--;
        Keep(frame.Anchor, frame.Start, frame.FirstMark);
        EndValue(end);
    }

    private void WriteScalar(Scalar scalar)
    {
        var (start, mark) = (output.Length, output.Marks.Count);
        switch (TypeOf(scalar))
        {
            case ScalarType.Text: Mark(scalar); output.WriteText(scalar.Value); break;
            case ScalarType.Null: Mark(scalar, scalar.Value); output.WriteRaw("null"); break;
            case ScalarType.True: Mark(scalar, scalar.Value); output.WriteRaw("true"); break;
            case ScalarType.False: Mark(scalar, scalar.Value); output.WriteRaw("false"); break;
            case ScalarType.Integer: Mark(scalar, scalar.Value); output.WriteRaw(PlainScalars.ToDecimal(scalar.Value)); break;

            // No field that is read is a fraction, and JSON cannot write all of them: the text written says it all.
            default: Mark(scalar, scalar.Value); output.WriteRaw("0.0"); break;
        }

        Keep(scalar.Anchor, start, mark);
        EndValue(scalar);
    }

    private void WriteKey(YamlFrame mapping, ParsingEvent parsed)
    {
        if (parsed is Scalar { Value: "<<", Style: ScalarStyle.Plain, Tag.IsEmpty: true })
        {
            mapping.BeginMerge(output.Length, output.Marks.Count);
            return;
        }

        var key = parsed switch
        {
            Scalar scalar => KeyText(scalar),
            AnchorAlias alias => Resolve(alias).Text
                ?? throw Problem(parsed, DiagnosticCodes.Syntax, $"the alias `*{alias.Value}` is no text, so it cannot be a key"),
            _ => throw Problem(parsed, DiagnosticCodes.Syntax, "a key must be one text, not a list or an object"),
        };
        if (mapping.Count++ > 0)
        {
            output.Write(',');
        }

        var (start, mark) = (output.Length, output.Marks.Count);
        Mark(parsed);
        output.WriteText(key);
        Keep(parsed is Scalar { Anchor: var anchor } ? anchor : AnchorName.Empty, start, mark);
        output.Write(':');
    }

    private static string KeyText(Scalar scalar) => TypeOf(scalar) switch
    {
        ScalarType.Null => throw Problem(scalar, DiagnosticCodes.Syntax, "a key is missing before the `:`"),
        ScalarType.True => "true",
        ScalarType.False => "false",
        ScalarType.Integer => PlainScalars.ToDecimal(scalar.Value),
        _ => scalar.Value,
    };

    private static ScalarType TypeOf(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty)
        {
            return scalar.Style == ScalarStyle.Plain ? PlainScalars.Resolve(scalar.Value) : ScalarType.Text;
        }

        const string Standard = "tag:yaml.org,2002:";
        return scalar.Tag.IsNonSpecific || !scalar.Tag.Value.StartsWith(Standard, StringComparison.Ordinal)
            ? ScalarType.Text
            : scalar.Tag.Value[Standard.Length..] switch
            {
                "null" or "bool" or "int" or "float" => PlainScalars.Resolve(scalar.Value),
                "binary" => throw Problem(scalar, DiagnosticCodes.Syntax, "`!!binary` is not taken: write the text itself"),
                _ => ScalarType.Text,
            };
    }

    private JsonFragment Resolve(AnchorAlias alias) => _anchors.TryGetValue(alias.Value, out var fragment)
        ? fragment
        : throw Problem(
            alias, DiagnosticCodes.Syntax, $"the alias `*{alias.Value}` names no anchor before it, or one that contains it");

    private void Keep(AnchorName anchor, int start, int firstMark)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = output.CopyFrom(start, firstMark);
        }
    }

    private void EndValue(ParsingEvent last)
    {
        if (Top is { IsMapping: true } mapping)
        {
            mapping.AtKey = true;
            mapping.EndMerge(output, last);
        }
    }

    private void Bound(ParsingEvent parsed)
    {
        if (output.Marks.Count > FreeTokens + ((long)MaxGrowth * _eventCount)
            || output.Length > FreeBytes + ((long)MaxGrowth * inputLength))
        {
            throw Problem(
                parsed, DiagnosticCodes.TooLarge, "aliases repeat so much here that the document grows out of proportion");
        }
    }

    private void Mark(ParsingEvent parsed, string? written = null) =>
        output.Mark((int)parsed.Start.Line, (int)parsed.Start.Column, written);

    internal static YamlProblemException Problem(ParsingEvent parsed, string code, string message) =>
        new((int)parsed.Start.Line, (int)parsed.Start.Column, code, message);
}
