using AuthzSim.Text;

namespace AuthzSim.Tests.Text;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("-2m0s", -120)]
    [InlineData("500ms", 0.5)]
    [InlineData(".5s", 0.5)]
    [InlineData("1s1s", 2)]
    [InlineData("250000µs", 0.25)]
    public void Durations_are_read(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1d")]
    [InlineData(".s")]
    [InlineData("1h ")]
    [InlineData("--1h")]
    [InlineData("99999999999h")]
    public void Anything_else_is_none(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
