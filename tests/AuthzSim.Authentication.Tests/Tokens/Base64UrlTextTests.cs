using System.Buffers.Text;
using AuthzSim.Authentication.Tokens;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.Tokens;

/// <summary>Base64 as Go's RawURLEncoding reads it, by either way through the decoder.</summary>
public sealed class Base64UrlTextTests
{
    [Property(MaxTest = 500)]
    public void What_was_encoded_is_decoded_and_line_breaks_do_not_count(byte[] bytes, byte at)
    {
        var text = Base64Url.EncodeToString(bytes);

        Assert.True(Base64UrlText.TryDecode(text, out var plain));
        Assert.Equal(bytes, plain);
        Assert.True(Base64UrlText.TryDecode(text.Insert(at % (text.Length + 1), "\r\n"), out var broken));
        Assert.Equal(bytes, broken);
    }

    [Theory]
    [InlineData("TR", "4D")] // bits left over in the last character
    [InlineData("TWF", "4D61")]
    [InlineData("TWFuTR", "4D616E4D")]
    [InlineData("", "")]
    public void Bits_left_over_may_be_anything(string text, string hex)
    {
        Assert.True(Base64UrlText.TryDecode(text, out var bytes));
        Assert.Equal(hex, Convert.ToHexString(bytes));
        Assert.True(Base64UrlText.TryDecode(text + "\n", out var slowly));
        Assert.Equal(bytes, slowly);
    }

    [Theory]
    [InlineData("T")]
    [InlineData("TWFuT")]
    [InlineData("TWF=")]
    [InlineData("TW F")]
    [InlineData("TW+F")]
    [InlineData("TWé")]
    public void Anything_else_is_refused(string text) => Assert.False(Base64UrlText.TryDecode(text, out _));
}
