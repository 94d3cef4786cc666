using System.Text.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Json;

/// <summary>Walks one JSON value, whose bytes may run out before it ends: the walk can be repeated with more of them.</summary>
internal ref struct FieldReader : IFieldReader
{
    public const int MaxDepth = 100;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Locator _locator;
    private readonly StringCache _strings;
    private readonly int _origin;
    private Utf8JsonReader _json;

    public FieldReader(JsonWindow window, StringCache strings, JsonReaderState? resumed = null)
    {
        _bytes = window.Unread;
        (_locator, _strings, _origin) = (window.Locator, strings, window.Start);
        _json = new Utf8JsonReader(_bytes, window.IsFinal, resumed ?? new(new JsonReaderOptions { MaxDepth = MaxDepth }));
    }

    /// <summary>Walks bytes that are all there is.</summary>
    /// <param name="whole">The bytes.</param>
    /// <param name="locator">Knows places.</param>
    /// <param name="strings">Keeps texts.</param>
    /// <param name="origin">Where the bytes begin in what the locator knows.</param>
    public FieldReader(ReadOnlySpan<byte> whole, Locator locator, StringCache strings, int origin = 0)
    {
        _bytes = whole;
        (_locator, _strings, _origin) = (locator, strings, origin);
        _json = new Utf8JsonReader(whole, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>The bytes ended before the value did.</summary>
    public bool Starved { get; private set; }

    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>Index of the current token in the window.</summary>
    public readonly int Index => _origin + (int)_json.TokenStartIndex;

    /// <summary>How many bytes were walked over.</summary>
    public readonly int Consumed => (int)_json.BytesConsumed;

    public readonly JsonReaderState State => _json.CurrentState;

    public readonly SourceLocation Location => _locator.At(Index);

    /// <summary>The place of the current object's first field, or of the empty object.</summary>
    public readonly SourceLocation ObjectLocation
    {
        get
        {
            var next = _bytes[Consumed..].IndexOfAnyExcept(" \t\r\n"u8);
            return next >= 0 && _bytes[Consumed + next] == '"' ? _locator.At(_origin + Consumed + next) : Location;
        }
    }

    /// <summary>The scalar token as the author wrote it.</summary>
    public readonly string Written => _locator.Written(Index) ?? System.Text.Encoding.UTF8.GetString(_json.ValueSpan);

    public bool Advance()
    {
        if (!Starved && _json.Read())
        {
            return true;
        }

        Starved = true;
        return false;
    }

    /// <summary>To the next field's name; false at the end of the object.</summary>
    public bool NextField() => Advance() && Token == JsonTokenType.PropertyName;

    public readonly bool PassName(ReadOnlySpan<byte> name) => false;

    /// <summary>To the next element; false at the end of the array.</summary>
    public bool NextItem() => Advance() && Token != JsonTokenType.EndArray;

    /// <summary>Past the rest of the current value; at a field's name, past the field's value.</summary>
    public void Skip()
    {
        if (!Starved && !_json.TrySkip())
        {
            Starved = true;
        }
    }

    /// <summary>Past the current field's value, whose bytes it gives as they are written; none when they are not all there.</summary>
    /// <param name="index">Where they begin in the window.</param>
    public ReadOnlySpan<byte> TakeValue(out int index)
    {
        var start = Consumed;
        index = _origin + start;
        Skip();
        return Starved ? default : _bytes[start..Consumed];
    }

    public readonly ReadOnlySpan<byte> PeekObject() => default;

    public void PassObject(int length) => Skip();

    /// <summary>The text that stands as the current field's value; null for another value, which is passed over.</summary>
    public string? TextOrNothing()
    {
        if (Advance() && Token == JsonTokenType.String)
        {
            return Text;
        }

        Skip();
        return null;
    }

    /// <summary>Past all remaining fields of the current object, to its end.</summary>
    public void SkipFields()
    {
        while (NextField())
        {
            Skip();
        }
    }

    /// <summary>The current string or name as it stands between its quotes.</summary>
    public readonly ReadOnlySpan<byte> RawText => _json.ValueSpan;

    public readonly bool TryGetInt32(out int value) => _json.TryGetInt32(out value);

    public readonly bool TryGetTime(out DateTimeOffset value) => _json.TryGetDateTimeOffset(out value);

    public readonly bool NameIs(ReadOnlySpan<byte> name) => !_json.ValueIsEscaped && _json.ValueSpan.SequenceEqual(name);

    public readonly int NameIn(FieldTable table) => _json.ValueIsEscaped ? table.IndexOf(Text) : table.IndexOf(_json.ValueSpan);

    /// <summary>The current name or string, shared with equal ones read before.</summary>
    public readonly string Text => _json.ValueIsEscaped ? Unescaped(_json, Index) : _strings.Get(_json.ValueSpan);

    /// <summary>The current string, which hardly ever comes twice: keeping it would drive others out of the cache.</summary>
    public readonly string OwnText =>
        _json.ValueIsEscaped ? Unescaped(_json, Index) : System.Text.Encoding.UTF8.GetString(_json.ValueSpan);

    /// <summary>The current string of a reader, which has escapes.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="index">Where the string is.</param>
    /// <exception cref="UnreadableInputException">An escape is half of a character.</exception>
    internal static string Unescaped(in Utf8JsonReader json, int index)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new UnreadableInputException(
                index, DiagnosticCodes.Encoding, "a `\\u` escape here is half of a surrogate pair, which is no character");
        }
    }
}
