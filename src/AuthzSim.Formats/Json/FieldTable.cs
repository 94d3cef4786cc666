using System.Text;

namespace AuthzSim.Formats.Json;

/// <summary>The fields an object may have, found by their UTF-8 name.</summary>
internal sealed class FieldTable
{
    private readonly byte[][] _utf8;

    public FieldTable(bool isOpen, params string[] names)
    {
        (IsOpen, Names) = (isOpen, names);
        _utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Other fields are none of our business.</summary>
    public bool IsOpen { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The field's place in <see cref="Names"/>, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _utf8.Length; i++)
        {
            if (_utf8[i].Length == name.Length && name.SequenceEqual(_utf8[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <inheritdoc cref="IndexOf(ReadOnlySpan{byte})"/>
    public int IndexOf(string name) => IndexOf(Encoding.UTF8.GetBytes(name));
}
