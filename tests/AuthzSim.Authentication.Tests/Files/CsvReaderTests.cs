using System.Text;
using AuthzSim.Authentication.Files;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.Files;

/// <summary>
/// Records as Go's encoding/csv reads them; the cases are those of its own documentation and tests in other words.
/// </summary>
public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b,c\n", "a|b|c")]
    [InlineData("a,b\r\nc,d\r\n", "a|b;c|d")]
    [InlineData("a\n\n\r\nb", "a;b")]
    [InlineData("a,b\r", "a|b")]
    [InlineData("a\rb,c", "a\rb|c")]
    [InlineData("\"a\"\"b\",\"c,d\"", "a\"b|c,d")]
    [InlineData("\"two\r\nlines\",x", "two\nlines|x")]
    [InlineData("\"\n\n\",x", "\n\n|x")]
    [InlineData(",,", "||")]
    [InlineData("\"\"", "")]
    [InlineData(" \n", " ")]
    [InlineData("\"a\",", "a|")]
    public void Fields_are_split(string text, string expected) => Assert.Equal(expected, Read(text));

    [Theory]
    [InlineData("a\"b", "parse error on line 1, column 2: bare \" in non-quoted-field")]
    [InlineData("é\"b", "parse error on line 1, column 3: bare \" in non-quoted-field")]
    [InlineData("x\na, \"b\"", "parse error on line 2, column 4: bare \" in non-quoted-field")]
    [InlineData("\"a\" b", "parse error on line 1, column 3: extraneous or missing \" in quoted-field")]
    [InlineData("x,\"a", "parse error on line 1, column 5: extraneous or missing \" in quoted-field")]
    [InlineData("\"a\nb\"c", "record on line 1; parse error on line 2, column 2: extraneous or missing \" in quoted-field")]
    [InlineData("\"a\n\"b\"", "record on line 1; parse error on line 2, column 1: extraneous or missing \" in quoted-field")]
    [InlineData("\"a\nb", "record on line 1; parse error on line 2, column 2: extraneous or missing \" in quoted-field")]
    [InlineData("\"a\n", "parse error on line 1, column 4: extraneous or missing \" in quoted-field")]
    public void Stray_quotes_are_refused_at_their_place(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<CredentialFileException>(() => Read(text)).Message);

    [Property]
    public void What_is_quoted_comes_back(string[][] records)
    {
        var valid = records.Where(r => r.Length > 0).Select(r => r.Select(Plain).ToList()).ToList();
        var text = string.Concat(valid.Select(r => string.Join(',', r.Select(f => $"\"{f.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\n"));
        var reader = new CsvReader(Encoding.UTF8.GetBytes(text));
        Assert.All(valid, r => Assert.Equal(r, reader.Read()));
        Assert.Null(reader.Read());
    }

    [Property]
    public void Any_bytes_are_records_or_the_typed_error(int seed)
    {
        var pieces = Gen.Elements("\"", ",", "\n", "\r", "a", "\u00e9", " ", "\"\"", "\ufeff").ArrayOf();
        foreach (var text in pieces.Select(string.Concat).Sample(10, seed))
        {
            try
            {
                var reader = new CsvReader(Encoding.UTF8.GetBytes(text));
                while (reader.Read() is { } record)
                {
                    Assert.NotEmpty(record);
                }
            }
            catch (CredentialFileException e)
            {
                Assert.Contains("parse error on line", e.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Line ends are not kept as they are: <c>\r\n</c> is read as <c>\n</c>.</summary>
    private static string Plain(string? field) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(field ?? "")).Replace("\r", "", StringComparison.Ordinal);

    private static string Read(string text)
    {
        var reader = new CsvReader(Encoding.UTF8.GetBytes(text));
        List<string> records = [];
        while (reader.Read() is { } record)
        {
            records.Add(string.Join('|', record));
        }

        return string.Join(';', records);
    }
}
