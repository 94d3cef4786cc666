using AuthzSim.Formats.Yaml;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using YamlDotNet.Core;

namespace AuthzSim.Formats.Tests.Laws;

/// <summary>Events that another thread reads ahead are those of the parser, and end or fail where these do.</summary>
public sealed class YamlAheadLaws
{
    private static readonly string[] _pieces =
    [
        "a: b\n", "- a\n", "---\n", "...\n", "a: {b: [c, 'd']}\n", "  c: |\n    text\n", "k: &x v\nl: *x\n", "a: [b\n", "\"x: y\n", "\t- z\n", "%YAML 9.9\n", "? q\n", "é: 😀\n",
    ];

    [Property(MaxTest = 500)]
    public Property Events_are_those_of_the_parser() => Prop.ForAll(Arb.From(Texts()), text =>
    {
        using var ahead = new YamlEventsAhead(text);
        Assert.Equal(Show(new YamlEvents(text)), Show(ahead));
        return true;
    });

    [Fact]
    public void Whoever_has_enough_need_not_read_to_the_end()
    {
        using var ahead = new YamlEventsAhead(string.Concat(Enumerable.Repeat("- a\n", 100_000)));
        Assert.True(ahead.MoveNext());
    }

    [Fact]
    public void Large_files_fail_at_their_place()
    {
        var text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"kind: A{i}\n---\n")) + "a: [b\n";
        Assert.Equal(["[syntax] -:4002:1"], Given.Problems(text).Where(p => p.Contains("[syntax]", StringComparison.Ordinal)).Select(p => p[..17]));
    }

    private static List<string> Show(IParser events)
    {
        List<string> seen = [];
        try
        {
            while (events.MoveNext())
            {
                seen.Add($"{events.Current} {events.Current!.Start} {events.Current.End}");
            }
        }
        catch (Exception e) when (e is YamlException or YamlProblemException)
        {
            seen.Add($"{e.GetType()} {e.Message}");
        }

        return seen;
    }

    private static Gen<string> Texts() =>
        from usual in Gen.Elements(_pieces[..3])
        from times in Gen.Choose(0, 800)
        from rest in Gen.ArrayOf(Gen.Elements(_pieces))
        select string.Concat(Enumerable.Repeat(usual, times)) + string.Concat(rest);
}
