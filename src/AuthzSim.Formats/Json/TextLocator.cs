using System.Text;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Json;

/// <summary>Places in JSON text: newlines are counted once, forward, as places are asked for.</summary>
internal sealed class TextLocator(string path, int line, int column) : Locator
{
    private ReadOnlyMemory<byte> _text;
    private Cursor _cursor = new(0, line, column);
    private Cursor _pin = new(0, line, column);

    private readonly record struct Cursor(int Index, int Line, int Column);

    /// <summary>The bytes that indexes refer to from now on.</summary>
    public void Attach(ReadOnlyMemory<byte> text) => _text = text;

    /// <summary>Moves the start of the first line past a byte order mark.</summary>
    public void SkipMark(int length) => _pin = _cursor = _cursor with { Index = length };

    public override SourceLocation At(int index)
    {
        if (index < _cursor.Index)
        {
            _cursor = _pin;
        }

        if (index > _cursor.Index)
        {
            _cursor = Move(_cursor, index);
        }

        return new SourceLocation(path, _cursor.Line, _cursor.Column);
    }

    public override void Pin(int index)
    {
        At(index);
        _pin = _cursor;
    }

    public override void Drop(int index)
    {
        Pin(index);
        _pin = _cursor = _pin with { Index = 0 };
    }

    public override Locator ForCopy(int index, ReadOnlyMemory<byte> copy)
    {
        var place = At(index);
        var locator = new TextLocator(path, place.Line, place.Column);
        locator.Attach(copy);
        return locator;
    }

    private Cursor Move(Cursor from, int index)
    {
        var passed = _text.Span[from.Index..index];
        var newlines = passed.Count((byte)'\n');
        if (newlines == 0)
        {
            return new Cursor(index, from.Line, from.Column + Encoding.UTF8.GetCharCount(passed));
        }

        var lastLine = passed[(passed.LastIndexOf((byte)'\n') + 1)..];
        return new Cursor(index, from.Line + newlines, 1 + Encoding.UTF8.GetCharCount(lastLine));
    }
}
