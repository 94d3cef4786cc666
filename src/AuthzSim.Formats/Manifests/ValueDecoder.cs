using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>
/// Reads the values objects are made of. Each method is called with the reader before the value and leaves it at the value's
/// end; a value that does not fit is reported, passed over and read as empty.
/// </summary>
internal sealed class ValueDecoder(DecodingProblems problems)
{
    private readonly List<string> _texts = [];
    private readonly List<KeyValuePair<string, string>> _entries = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    public FieldPath Path { get; } = new();

    public SharedValues Shared { get; } = new();

    /// <summary>To the next field of the current object that the table has: its number, or -1 at the end.</summary>
    public int NextField(ref FieldReader reader, FieldTable table, ref uint seen)
    {
        while (reader.NextField())
        {
            var field = reader.NameIn(table);
            if (field < 0)
            {
                if (!table.IsOpen)
                {
                    ReportUnknown(in reader, table);
                }

                reader.Skip();
                continue;
            }

            Path.Set(table.Names[field]);
            if ((seen & (1u << field)) != 0)
            {
                problems.DuplicateField(in reader, Path);
            }

            seen |= 1u << field;
            return field;
        }

        return -1;
    }

    /// <summary>Into an object; false when it is null, not an object (reported), or there is no more.</summary>
    public bool EnterObject(ref FieldReader reader)
    {
        if (!reader.Advance() || !IsHere(ref reader, JsonTokenType.StartObject, ExpectedType.Object))
        {
            return false;
        }

        Path.Enter();
        return true;
    }

    public string Text(ref FieldReader reader) => IsText(ref reader) ? reader.Text : "";

    /// <summary>A text that is not shared with equal ones, for what differs from object to object.</summary>
    public string OwnText(ref FieldReader reader) => IsText(ref reader) ? reader.OwnText : "";

    private bool IsText(ref FieldReader reader)
    {
        if (!reader.Advance())
        {
            return false;
        }

        if (reader.Token == JsonTokenType.String)
        {
            return true;
        }

        if (reader.Token != JsonTokenType.Null || !problems.NullIsAbsent)
        {
            problems.WrongType(in reader, Path, ExpectedType.Text);
        }

        reader.Skip();
        return false;
    }

    public bool Boolean(ref FieldReader reader)
    {
        if (!reader.Advance())
        {
            return false;
        }

        if (reader.Token is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
        {
            problems.WrongType(in reader, Path, ExpectedType.Boolean);
        }

        var value = reader.Token == JsonTokenType.True;
        reader.Skip();
        return value;
    }

    public ImmutableArray<string> TextList(ref FieldReader reader)
    {
        if (!reader.Advance() || !IsHere(ref reader, JsonTokenType.StartArray, ExpectedType.TextList))
        {
            return [];
        }

        _texts.Clear();
        for (var i = 0; reader.NextItem(); i++)
        {
            if (reader.Token == JsonTokenType.String)
            {
                _texts.Add(reader.Text);
                continue;
            }

            if (reader.Token == JsonTokenType.Null && problems.NullIsAbsent)
            {
                _texts.Add("");
                continue;
            }

            Path.Enter();
            Path.Set(i);
            problems.WrongType(in reader, Path, ExpectedType.Text);
            Path.Leave();
            reader.Skip();
        }

        return Shared.List(CollectionsMarshal.AsSpan(_texts));
    }

    public ImmutableSortedDictionary<string, string> TextMap(ref FieldReader reader)
    {
        if (!reader.Advance() || !IsHere(ref reader, JsonTokenType.StartObject, ExpectedType.TextMap))
        {
            return ObjectMeta.NoEntries;
        }

        _entries.Clear();
        Path.Enter();
        while (reader.NextField())
        {
            var key = reader.Text;
            Path.Set(key);
            ReportTwice(in reader, key);
            _entries.Add(new(key, Text(ref reader)));
        }

        Path.Leave();
        return Shared.Map(CollectionsMarshal.AsSpan(_entries));
    }

    /// <summary>Into a list of objects; false when it is null, not a list (reported), or there is no more.</summary>
    public bool EnterList(ref FieldReader reader)
    {
        if (!reader.Advance() || !IsHere(ref reader, JsonTokenType.StartArray, ExpectedType.ObjectList))
        {
            return false;
        }

        Path.Enter();
        return true;
    }

    /// <summary>Into the next object of the list; elements that are no objects are reported.</summary>
    public bool NextObject(ref FieldReader reader, ref int index)
    {
        while (reader.NextItem())
        {
            Path.Set(index++);
            if (reader.Token == JsonTokenType.StartObject)
            {
                Path.Enter();
                return true;
            }

            problems.WrongType(in reader, Path, ExpectedType.Object);
            reader.Skip();
        }

        Path.Leave();
        return false;
    }

    /// <summary>Maps are small as a rule; a large one is searched in a set.</summary>
    private void ReportTwice(in FieldReader reader, string key)
    {
        const int Large = 32;
        if (_entries.Count == Large)
        {
            _keys.Clear();
            _entries.ForEach(e => _keys.Add(e.Key));
        }

        if (_entries.Count >= Large ? !_keys.Add(key) : HasKey(key))
        {
            problems.DuplicateField(in reader, Path);
        }
    }

    private bool HasKey(string key)
    {
        foreach (var entry in CollectionsMarshal.AsSpan(_entries))
        {
            if (entry.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsHere(ref FieldReader reader, JsonTokenType token, ExpectedType expected)
    {
        if (reader.Token == token)
        {
            return true;
        }

        if (reader.Token != JsonTokenType.Null)
        {
            problems.WrongType(in reader, Path, expected);
        }

        reader.Skip();
        return false;
    }

    private void ReportUnknown(in FieldReader reader, FieldTable table)
    {
        Path.Leave();
        problems.UnknownField(in reader, Path, table);
        Path.Enter();
    }
}
