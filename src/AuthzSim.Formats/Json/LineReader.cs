using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace AuthzSim.Formats.Json;

/// <summary>
/// Walks a JSON value that is in memory as a whole, several times as fast as <see cref="FieldReader"/>, token for token alike.
/// It never reads what <see cref="FieldReader"/> refuses: of everything wrong or rare it only says that it cannot go on, and
/// that one is to be asked what is the matter.
/// </summary>
internal ref struct LineReader : IFieldReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly StringCache _strings;
    private readonly int _origin;
    private int _next;
    private int _start;
    private int _textStart;
    private int _textEnd;
    private bool _isEscaped;
    private int _depth;

    // A bit a level: set for an object, clear for an array.
    private ulong _levels;

    /// <param name="utf8">The value, known to be UTF-8.</param>
    /// <param name="strings">Keeps texts.</param>
    /// <param name="origin">Where in the window the value begins.</param>
    public LineReader(ReadOnlySpan<byte> utf8, StringCache strings, int origin = 0)
    {
        _bytes = utf8;
        _strings = strings;
        _origin = origin;
    }

    public bool Starved { get; private set; }

    /// <summary>True when the value and all the bytes were walked over.</summary>
    public bool IsAtEnd { get; private set; }

    public JsonTokenType Token { get; private set; }

    public readonly int Index => _origin + _start;

    public readonly ReadOnlySpan<byte> RawText => _bytes[_textStart.._textEnd];

    public readonly string Text => _isEscaped ? Unescaped() : _strings.Get(RawText);

    public readonly string OwnText => _isEscaped ? Unescaped() : Encoding.UTF8.GetString(RawText);

    public bool Advance()
    {
        if (Starved)
        {
            return false;
        }

        var c = JsonLexemes.NextByte(_bytes, ref _next);
        switch (Token)
        {
            case JsonTokenType.None or JsonTokenType.PropertyName:
                return Value(c);
            case JsonTokenType.StartObject:
                return c == '}' ? Close(JsonTokenType.EndObject) : Name(c);
            case JsonTokenType.StartArray:
                return c == ']' ? Close(JsonTokenType.EndArray) : Value(c);
            default:
                return After(c);
        }
    }

    public bool NextField() => Advance() && Token == JsonTokenType.PropertyName;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool PassName(ReadOnlySpan<byte> name)
    {
        if (Starved || !_bytes[_next..].StartsWith(name))
        {
            return false;
        }

        _next += name.Length;
        Token = JsonTokenType.PropertyName;
        return true;
    }

    public bool NextItem() => Advance() && Token != JsonTokenType.EndArray;

    public void Skip()
    {
        if (Token == JsonTokenType.PropertyName)
        {
            Advance();
        }

        if (!Starved && Token is (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            var isObject = Token == JsonTokenType.StartObject;
            var end = JsonSkip.EndOfContainer(_bytes, _next, _depth, isObject);
            if (end < 0)
            {
                Fail();
                return;
            }

            _next = end - 1;
            Close(isObject ? JsonTokenType.EndObject : JsonTokenType.EndArray);
        }
    }

    public ReadOnlySpan<byte> TakeValue(out int index)
    {
        var start = _next;
        index = _origin + start;
        Skip();
        return Starved ? default : _bytes[start.._next];
    }

    public readonly ReadOnlySpan<byte> PeekObject()
    {
        var rest = _bytes[_next..];
        var end = rest.IndexOf((byte)'}') + 1;
        while (end > 0 && end < rest.Length && rest[end] == '}')
        {
            end++;
        }

        return rest[..end];
    }

    public void PassObject(int length)
    {
        _next += length;
        (_start, Token) = (_next - 1, JsonTokenType.EndObject);
    }

    public readonly bool NameIs(ReadOnlySpan<byte> name) => !_isEscaped && RawText.SequenceEqual(name);

    public readonly bool TryGetInt32(out int value) => Utf8Parser.TryParse(RawText, out value, out int length) && length == RawText.Length;

    public readonly bool TryGetTime(out DateTimeOffset value)
    {
        if (UtcTime.TryParse(RawText, out value))
        {
            return true;
        }

        var json = Alone();
        return json.TryGetDateTimeOffset(out value);
    }

    /// <summary>What follows a value.</summary>
    private bool After(int c)
    {
        if (_depth == 0)
        {
            IsAtEnd = _next == _bytes.Length;
            return Fail();
        }

        var isInObject = (_levels & 1) != 0;
        if (c == ',')
        {
            _next++;
            c = JsonLexemes.NextByte(_bytes, ref _next);
            return isInObject ? Name(c) : Value(c);
        }

        return c == (isInObject ? '}' : ']') ? Close(isInObject ? JsonTokenType.EndObject : JsonTokenType.EndArray) : Fail();
    }

    private bool Name(int c)
    {
        if (c != '"' || !String() || JsonLexemes.NextByte(_bytes, ref _next) != ':')
        {
            return Fail();
        }

        _next++;
        Token = JsonTokenType.PropertyName;
        return true;
    }

    private bool Value(int c)
    {
        switch (c)
        {
            case '"':
                Token = JsonTokenType.String;
                return String();
            case '{':
                return Open(JsonTokenType.StartObject, 1);
            case '[':
                return Open(JsonTokenType.StartArray, 0);
            case 't':
                return Literal("true"u8, JsonTokenType.True);
            case 'f':
                return Literal("false"u8, JsonTokenType.False);
            case 'n':
                return Literal("null"u8, JsonTokenType.Null);
            default:
                return Number();
        }
    }

    private bool Open(JsonTokenType token, ulong level)
    {
        if (_depth == JsonSkip.DeepestLevel)
        {
            return Fail();
        }

        _levels = (_levels << 1) | level;
        _depth++;
        return Single(token);
    }

    private bool Close(JsonTokenType token)
    {
        _levels >>= 1;
        _depth--;
        return Single(token);
    }

    private bool Single(JsonTokenType token)
    {
        _start = _next++;
        Token = token;
        return true;
    }

    private bool Literal(ReadOnlySpan<byte> text, JsonTokenType token)
    {
        (_start, Token) = (_next, token);
        _next += text.Length;
        return JsonLexemes.EndOfLiteral(_bytes, _start, text) >= 0 || Fail();
    }

    private bool Number()
    {
        (_start, Token) = (_next, JsonTokenType.Number);
        var end = JsonLexemes.EndOfNumber(_bytes, _start);
        if (end < 0)
        {
            return Fail();
        }

        (_textStart, _textEnd, _next) = (_start, end, end);
        return true;
    }

    /// <summary>A string whose first quote is next.</summary>
    private bool String()
    {
        var end = JsonLexemes.EndOfString(_bytes, _next, out _isEscaped);
        if (end < 0)
        {
            return Fail();
        }

        (_start, _textStart, _textEnd, _next) = (_next, _next + 1, end - 1, end);
        return true;
    }

    private bool Fail()
    {
        Starved = true;
        return false;
    }

    private readonly string Unescaped()
    {
        var json = Alone();
        return FieldReader.Unescaped(json, Index);
    }

    /// <summary>The current string, for what only the general reader can do.</summary>
    private readonly Utf8JsonReader Alone()
    {
        var json = new Utf8JsonReader(_bytes[_start.._next]);
        json.Read();
        return json;
    }
}
