using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Laws;

/// <summary>A file of memberships is read, or refused at a place: nothing else happens.</summary>
public sealed class MembershipLaws
{
    private const string Memberships =
        """
        # who is where
        ann: [dev, ops]
        "ben": &g
        - dev
        - 'on call'
        ? {}
        : []
        """;

    [Property(MaxTest = 1000)]
    public Property Random_text_is_read_or_refused() =>
        Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Elements("{}[],:\"'\\ \t\n0-?*&!|>%@`#<~aé\0\ud800\u2028".ToCharArray()))), text => IsReadOrRefused(new string(text)));

    [Property(MaxTest = 1000)]
    public Property Mutated_memberships_are_read_or_refused() =>
        Prop.ForAll(
            Arb.From(Gen.ArrayOf(Gen.Choose(0, Memberships.Length - 1).Zip(Gen.Elements("", "[", "]", "{", ":", "\n", "\t", "- ", "*g", "&g ", "---\n", "'", "!!x ")))),
            edits => IsReadOrRefused(edits.Aggregate(Memberships, (text, edit) => text.Length <= edit.Item1 ? text : text[..edit.Item1] + edit.Item2 + text[(edit.Item1 + 1)..])));

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.False(TryRead(string.Concat(Enumerable.Repeat("[", 100_000)), out _));
        Assert.False(TryRead("a: " + string.Concat(Enumerable.Repeat("[", 100_000)), out _));
        Assert.False(TryRead(string.Concat(Enumerable.Repeat("- ", 20_000)), out _));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("# nothing\n", "")]
    [InlineData("{}", "")]
    [InlineData("""{"b": ["x", "y"], "a": []}""", "a=;b=x,y")]
    [InlineData("yes: [1, no]\n", "yes=1,no")]
    public void What_is_read(string text, string expected)
    {
        Assert.True(TryRead(text, out var read));
        Assert.Equal(expected, read);
    }

    private static void IsReadOrRefused(string text) => TryRead(text, out _);

    private static bool TryRead(string text, out string read)
    {
        try
        {
            read = string.Join(';', MembershipFile.Read(new StringReader(text), "m").Select(m => $"{m.Key}={string.Join(',', m.Value)}"));
            return true;
        }
        catch (PolicyFormatException e)
        {
            var problem = Assert.Single(e.Diagnostics);
            Assert.True(problem.Location is { Path: "m", Line: > 0, Column: > 0 }, problem.ToString());
            Assert.NotEmpty(problem.Message);
            read = "";
            return false;
        }
    }
}
