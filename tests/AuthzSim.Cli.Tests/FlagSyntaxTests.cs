namespace AuthzSim.Cli.Tests;

/// <summary>Flags as kubectl's parser reads them, seen through what can-i answers.</summary>
public sealed class FlagSyntaxTests
{
    [Theory]
    [InlineData("--as", "myuser")]
    [InlineData("--as=myuser")]
    [InlineData("--as=other", "--as=myuser")]
    [InlineData("--as", "other", "--as", "myuser", "-nshop")]
    [InlineData("--as=myuser", "-n=shop")]
    [InlineData("--as=myuser", "-n", "shop", "-qq=false")]
    [InlineData("--as=myuser", "-Av=false")]
    [InlineData("--as=myuser", "--all_namespaces")]
    [InlineData("--as=myuser", "--list=false", "--quiet=F", "--no-headers=0")]
    [InlineData("--as=myuser", "-R", "--recursive")]
    [InlineData("--as=myuser", "--as-group=", "--as-group", "")]
    public void Every_spelling_is_understood(params string[] flags) => Assert.Equal(
        new Outcome(0, "yes\n", ""), CommandLine.Run(["can-i", "list", "pods", .. flags, "-f", CommandLine.ReadPods]));

    [Fact]
    public void Flags_may_stand_before_between_and_behind()
    {
        Assert.Equal(0, CommandLine.Run("--as", "myuser", "can-i", "-f", CommandLine.ReadPods, "list", "-A", "pods").Exit);
        Assert.Equal(0, CommandLine.Run("can-i", "-f", CommandLine.ReadPods, "--as=myuser", "--", "list", "pods").Exit);
        Assert.Equal(0, CommandLine.Run($"-f{CommandLine.ReadPods}", "can-i", "--as=myuser", "list", "--", "pods").Exit);
    }

    [Fact]
    public void A_value_may_look_like_a_flag_or_a_response_file()
    {
        Assert.Equal(
            "no\n", CommandLine.Run("can-i", "list", "pods", "--as", "--list", "-n", "-q", "-f", CommandLine.ReadPods).Stdout);
        var literal = CommandLine.Run("can-i", "@list", "@pods", "--as", "@myuser", "-f", CommandLine.ReadPods);
        Assert.Equal(
            (1, "Warning: the server doesn't have a resource type '@pods'\n\nWarning: verb '@list' is not a known verb\n\n"),
            (literal.Exit, literal.Stderr));
    }

    [Fact]
    public void Behind_the_double_dash_everything_is_an_argument()
    {
        var outcome = CommandLine.Run("can-i", "--as=u", "-f", CommandLine.ReadPods, "--", "--list", "/h");
        Assert.Equal((1, "Warning: verb '--list' is not a known verb\n\n"), (outcome.Exit, outcome.Stderr));
    }

    [Fact]
    public void A_switch_takes_no_value_without_an_equals_sign() => Assert.StartsWith(
        "error: you must specify two arguments", CommandLine.Run("can-i", "list", "pods", "--quiet", "false").Stderr, StringComparison.Ordinal);

    [Theory]
    [InlineData("unknown flag: --foo", "--foo")]
    [InlineData("unknown flag: --li", "--li")]
    [InlineData("unknown flag: --foo-bar", "--foo_bar=x")]
    [InlineData("unknown flag: --cluster", "--cluster", "x")]
    [InlineData("unknown shorthand flag: 'x' in -x", "-x")]
    [InlineData("unknown shorthand flag: 'x' in -xq", "-Axq")]
    [InlineData("flag needs an argument: --subresource", "--subresource")]
    [InlineData("flag needs an argument: 'n' in -n", "-qn")]
    [InlineData("bad flag syntax: --=x", "--=x")]
    [InlineData("bad flag syntax: ---x", "---x")]
    [InlineData("invalid argument \"maybe\" for \"-q, --quiet\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax", "-q=maybe")]
    [InlineData("invalid argument \"\" for \"--list\" flag: strconv.ParseBool: parsing \"\": invalid syntax", "--list=")]
    public void Wrong_flags_are_refused_in_kubectls_words(string text, params string[] flags) => Assert.Equal(
        new Outcome(1, "", $"error: {text}\nSee 'authzsim can-i --help' for usage.\n"), CommandLine.Run(["can-i", "get", "pods", .. flags]));

    [Fact]
    public void An_unknown_command_is_refused() => Assert.Equal(
        new Outcome(1, "", "error: unknown command \"can\" for \"authzsim\"\nSee 'authzsim --help' for usage.\n"), CommandLine.Run("can", "get", "pods"));
}
