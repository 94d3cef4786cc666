using System.Text.Json;

namespace AuthzSim.Formats.Json;

/// <summary>
/// Walks one JSON value. When a read answers "no more" because the reader cannot go on, <see cref="Starved"/> is set, so that a
/// walk unwinds by itself and can be repeated.
/// </summary>
internal interface IFieldReader
{
    /// <summary>The reader cannot go on; also after the value's end.</summary>
    bool Starved { get; }

    JsonTokenType Token { get; }

    /// <summary>Index of the current token in the window.</summary>
    int Index { get; }

    /// <summary>The current string or name as it stands between its quotes.</summary>
    ReadOnlySpan<byte> RawText { get; }

    /// <summary>The current name or string, shared with equal ones read before.</summary>
    string Text { get; }

    /// <summary>The current string, which hardly ever comes twice: keeping it would drive others out of the cache.</summary>
    string OwnText { get; }

    bool Advance();

    /// <summary>To the next field's name; false at the end of the object.</summary>
    bool NextField();

    /// <summary>
    /// At the end of a field's value: to the next field's name, if that is this one and written without blanks or escapes.
    /// <see cref="RawText"/> and <see cref="Text"/> do not give it.
    /// </summary>
    /// <param name="name">A comma, the name in quotes, and a colon.</param>
    bool PassName(ReadOnlySpan<byte> name);

    /// <summary>To the next element; false at the end of the array.</summary>
    bool NextItem();

    /// <summary>Past the rest of the current value; at a field's name, past the field's value.</summary>
    void Skip();

    /// <summary>Past the current field's value, whose bytes it gives as they are written; none when they are not all there.</summary>
    /// <param name="index">Where they begin in the window.</param>
    ReadOnlySpan<byte> TakeValue(out int index);

    /// <summary>
    /// At a field's name: bytes that may be the whole of the field's value, if that is an object, from where
    /// <see cref="TakeValue"/> would begin; or none. Looks ahead no further than to a brace.
    /// </summary>
    ReadOnlySpan<byte> PeekObject();

    /// <summary>Past the current field's value, whose bytes were taken before and are those that <see cref="PeekObject"/> gave.</summary>
    /// <param name="length">How many they are.</param>
    void PassObject(int length);

    /// <summary>True when the current name or string is this one, written without escapes.</summary>
    /// <param name="name">A name that needs no escapes.</param>
    bool NameIs(ReadOnlySpan<byte> name);

    bool TryGetInt32(out int value);

    bool TryGetTime(out DateTimeOffset value);
}
