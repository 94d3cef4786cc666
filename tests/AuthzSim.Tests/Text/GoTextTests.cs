using System.Text;
using AuthzSim.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Text;

public sealed class GoTextTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("plain text", "\"plain text\"")]
    [InlineData("q\"b\\s", "\"q\\\"b\\\\s\"")]
    [InlineData("\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\"")]
    [InlineData("\0\u0001\u001b\u007f", "\"\\x00\\x01\\x1b\\x7f\"")]
    [InlineData("'`<>&", "\"'`<>&\"")]
    [InlineData("é日Ω", "\"é日Ω\"")]
    [InlineData("😀", "\"😀\"")]
    [InlineData("\u00a0", "\"\\u00a0\"")]
    [InlineData("\u0085", "\"\\u0085\"")]
    [InlineData("\u00ad", "\"\\u00ad\"")]
    [InlineData("\u200b\u200d\ufeff", "\"\\u200b\\u200d\\ufeff\"")]
    [InlineData("\u2028\u2029\u3000", "\"\\u2028\\u2029\\u3000\"")]
    [InlineData("\ue000", "\"\\ue000\"")]
    [InlineData("\uffff", "\"\\uffff\"")]
    [InlineData("e\u0301", "\"e\u0301\"")]
    [InlineData("\U000e0001", "\"\\U000e0001\"")]
    [InlineData("\U0010ffff", "\"\\U0010ffff\"")]
    public void Text_is_quoted_as_go_quotes_it(string text, string quoted) => Assert.Equal(quoted, GoText.Quote(text));

    [Fact]
    public void A_list_is_quoted_item_by_item_with_spaces_between()
    {
        Assert.Equal("[]", GoText.QuoteList([]));
        Assert.Equal("[\"a\" \"\" \"b c\"]", GoText.QuoteList(["a", "", "b c"]));
    }

    [Fact]
    public void A_list_printed_plainly_is_not_quoted()
    {
        Assert.Equal("[]", GoText.List([]));
        Assert.Equal("[a  b c]", GoText.List(["a", "", "b c"]));
    }

    [Theory]
    [InlineData("\ue000", "\U00010000")]
    [InlineData("\uffff", "😀")]
    [InlineData("a", "b")]
    [InlineData("Z", "a")]
    [InlineData("a", "a\0")]
    [InlineData("", "a")]
    [InlineData("😀", "😁")]
    public void Text_is_ordered_by_its_bytes(string lower, string higher)
    {
        Assert.True(GoText.CompareBytes(lower, higher) < 0);
        Assert.True(GoText.CompareBytes(higher, lower) > 0);
        Assert.Equal(0, GoText.CompareBytes(higher, higher));
    }

    [Property(MaxTest = 500)]
    public Property The_order_is_that_of_the_utf8_bytes()
    {
        var text = Gen.Elements("a", "z", "é", "\ud7ff", "\ue000", "\uffff", "\U00010000", "😀", "😁").ArrayOf().Select(string.Concat);
        return Prop.ForAll(Arb.From(text), Arb.From(text), (a, b) => Assert.Equal(
            Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))), Math.Sign(GoText.CompareBytes(a, b))));
    }
}
