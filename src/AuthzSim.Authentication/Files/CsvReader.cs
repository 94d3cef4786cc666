using System.Text;

namespace AuthzSim.Authentication.Files;

/// <summary>
/// Reads records as Go's <c>encoding/csv</c> does: commas, no comments, nothing trimmed, any number of fields. Places are
/// lines and bytes from one.
/// </summary>
internal sealed class CsvReader(ReadOnlyMemory<byte> text)
{
    private const string BareQuote = "bare \" in non-quoted-field";
    private const string StrayQuote = "extraneous or missing \" in quoted-field";

    private int _next;
    private int _line;
    private int _firstLine;
    private (int Line, int Column) _place;

    /// <summary>The next record; null at the end.</summary>
    /// <exception cref="CredentialFileException">A quote stands where none may, or is missing.</exception>
    public List<string>? Read()
    {
        var line = ReadLine();
        while (line.Length == 1 && line[0] == '\n')
        {
            line = ReadLine();
        }

        if (line.IsEmpty)
        {
            return null;
        }

        (_firstLine, _place) = (_line, (_line, 1));
        List<string> fields = [];
        while (line.StartsWith("\""u8) ? ReadQuoted(ref line, fields) : ReadPlain(ref line, fields))
        {
        }

        return fields;
    }

    /// <summary>True when another field follows.</summary>
    private bool ReadPlain(ref ReadOnlySpan<byte> line, List<string> fields)
    {
        var comma = line.IndexOf((byte)',');
        var field = comma >= 0 ? line[..comma] : line.EndsWith("\n"u8) ? line[..^1] : line;
        if (field.IndexOf((byte)'"') is >= 0 and var quote)
        {
            throw Refuse(_line, _place.Column + quote, BareQuote);
        }

        fields.Add(Encoding.UTF8.GetString(field));
        line = line[(comma + 1)..];
        _place.Column += comma + 1;
        return comma >= 0;
    }

    private bool ReadQuoted(ref ReadOnlySpan<byte> line, List<string> fields)
    {
        var field = new List<byte>();
        Pass(ref line, 1);
        while (true)
        {
            var quote = line.IndexOf((byte)'"');
            if (quote < 0)
            {
                ReadOn(ref line, field);
                continue;
            }

            field.AddRange(line[..quote]);
            Pass(ref line, quote + 1);
            if (line.StartsWith("\""u8))
            {
                field.Add((byte)'"');
                Pass(ref line, 1);
                continue;
            }

            if (line.StartsWith(","u8) || line.IsEmpty || line.SequenceEqual("\n"u8))
            {
                fields.Add(Encoding.UTF8.GetString([.. field]));
                var isMore = line.StartsWith(","u8);
                Pass(ref line, isMore ? 1 : 0);
                return isMore;
            }

            throw Refuse(_line, _place.Column - 1, StrayQuote);
        }
    }

    /// <summary>Takes the rest of the line into a field that goes on in the next.</summary>
    private void ReadOn(ref ReadOnlySpan<byte> line, List<byte> field)
    {
        if (line.IsEmpty)
        {
            throw Refuse(_place.Line, _place.Column, StrayQuote);
        }

        field.AddRange(line);
        _place.Column += line.Length;
        line = ReadLine();
        if (!line.IsEmpty)
        {
            _place = (_place.Line + 1, 1);
        }
    }

    private void Pass(ref ReadOnlySpan<byte> line, int count)
    {
        line = line[count..];
        _place.Column += count;
    }

    /// <summary>The next line with its end as <c>\n</c>; empty at the end of the text.</summary>
    private ReadOnlySpan<byte> ReadLine()
    {
        var rest = text.Span[_next..];
        _line++;
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..(end + 1)];
        _next += line.Length;
        return line switch
        {
            [.. var start, (byte)'\r', (byte)'\n'] => (byte[])[.. start, (byte)'\n'],
            [.. var start, (byte)'\r'] when end < 0 => start,
            _ => line,
        };
    }

    private CredentialFileException Refuse(int line, int column, string message)
    {
        var place = $"parse error on line {line}, column {column}: {message}";
        return new CredentialFileException(_firstLine == line ? place : $"record on line {_firstLine}; {place}");
    }
}
