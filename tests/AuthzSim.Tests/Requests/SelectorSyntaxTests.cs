using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Requests;

/// <summary>Upstream's selector grammars by example.</summary>
public sealed class SelectorSyntaxTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(",,", "")]
    [InlineData("=", "")]
    [InlineData("a=b", "a Equals b")]
    [InlineData("a==b", "a Equals b")]
    [InlineData("a!=b", "a NotEquals b")]
    [InlineData("b=1,a=2", "a Equals 2; b Equals 1")]
    [InlineData("a=", "a Equals ")]
    [InlineData("=a", " Equals a")]
    [InlineData(" a = b ", " a  Equals  b ")]
    [InlineData(@"a=\,\=\\", @"a Equals ,=\")]
    [InlineData("a!b=c", "a!b Equals c")]
    [InlineData("\uffff=1,\U00010000=2", "\uffff Equals 1; \U00010000 Equals 2")]
    public void A_field_selector_is_read_as(string text, string expected)
    {
        Assert.True(FieldSelectorSyntax.TryParse(text, out var requirements, out var error));
        Assert.Null(error);
        Assert.Equal(expected, string.Join("; ", requirements.Select(r => $"{r.Field} {r.Operator} {r.Value}")));
    }

    [Theory]
    [InlineData("bad", "invalid selector: 'bad'; can't understand 'bad'")]
    [InlineData("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'")]
    [InlineData("a=b=c", "invalid field selector: unescaped character in value: 61")]
    [InlineData(@"a=\x", @"invalid field selector: invalid escape sequence: \x")]
    [InlineData(@"a=\", @"invalid field selector: invalid escape sequence: \")]
    public void A_field_selector_is_refused_with_upstreams_words(string text, string expected)
    {
        Assert.False(FieldSelectorSyntax.TryParse(text, out var requirements, out var error));
        Assert.Equal(expected, error);
        Assert.Empty(requirements);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n", "")]
    [InlineData("a", "a Exists []")]
    [InlineData("!a", "a DoesNotExist []")]
    [InlineData("a=", "a Equals []")]
    [InlineData("a==b", "a DoubleEquals [b]")]
    [InlineData(" a = b ", "a Equals [b]")]
    [InlineData("a!=b", "a NotEquals [b]")]
    [InlineData("a in (c,b,c)", "a In [b,c]")]
    [InlineData("a notin (b)", "a NotIn [b]")]
    [InlineData("a in (,)", "a In []")]
    [InlineData("a in ()", "a In []")]
    [InlineData("a in (b,,c)", "a In [,b,c]")]
    [InlineData("in in (in)", "in In [in]")]
    [InlineData("notin", "notin Exists []")]
    [InlineData("a=in", "a Equals [in]")]
    [InlineData("b,a", "a Exists []; b Exists []")]
    [InlineData("a=b,a!=c", "a Equals [b]; a NotEquals [c]")]
    [InlineData("a>5,b<007", "a GreaterThan [5]; b LessThan [007]")]
    [InlineData("example.com/a=b", "example.com/a Equals [b]")]
    [InlineData("a=,b", "a Equals []; b Exists []")]
    [InlineData("\0a((", "")]
    public void A_label_selector_is_read_as(string text, string expected)
    {
        Assert.True(LabelSelectorSyntax.TryParse(text, out var requirements, out var error), error);
        Assert.Equal(expected, string.Join("; ", requirements.Select(r => $"{r.Key} {r.Operator} [{string.Join(',', r.Values)}]")));
    }

    [Theory]
    [InlineData("((")]
    [InlineData("a in b")]
    [InlineData("a in (b")]
    [InlineData("bad in (")]
    [InlineData("a b")]
    [InlineData("=x")]
    [InlineData("a,")]
    [InlineData(",a")]
    [InlineData("a=b c")]
    [InlineData("!a=b")]
    [InlineData("!")]
    [InlineData("!!a")]
    [InlineData("a>x")]
    [InlineData("a>")]
    [InlineData("a>-5")]
    [InlineData("a in (b c)")]
    [InlineData("a in (!)")]
    [InlineData("a/b/c=d")]
    [InlineData("/a")]
    [InlineData("A.com/a")]
    [InlineData("-a")]
    [InlineData("a=-b")]
    [InlineData("é")]
    [InlineData("a===b")]
    [InlineData("a==!b")]
    public void A_label_selector_is_refused(string text)
    {
        Assert.False(LabelSelectorSyntax.TryParse(text, out var requirements, out var error));
        Assert.NotEqual("", error);
        Assert.Empty(requirements);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Label_names_and_values_have_at_most_63_characters(int length, bool expected)
    {
        var word = new string('a', length);

        Assert.Equal(expected, LabelSelectorSyntax.TryParse(word, out _, out _));
        Assert.Equal(expected, LabelSelectorSyntax.TryParse($"a={word}", out _, out _));
    }

    [Theory]
    [InlineData("a=1", "1", true)]
    [InlineData("a=1", "2", false)]
    [InlineData("a=", null, false)]
    [InlineData("a!=1", null, true)]
    [InlineData("a notin (1,2)", "2", false)]
    [InlineData("a in (1,2)", "2", true)]
    [InlineData("a", "", true)]
    [InlineData("!a", "", false)]
    [InlineData("!a", null, true)]
    [InlineData("a>5", "10", true)]
    [InlineData("a>5", "5", false)]
    [InlineData("a<5", "x", false)]
    [InlineData("a<5", null, false)]
    public void A_requirement_matches_labels(string selector, string? value, bool expected)
    {
        Assert.True(LabelSelectorSyntax.TryParse(selector, out var requirements, out _));
        var labels = value is null ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty.Add("a", value);

        Assert.Equal(expected, requirements.Single().Matches(labels));
    }
}
