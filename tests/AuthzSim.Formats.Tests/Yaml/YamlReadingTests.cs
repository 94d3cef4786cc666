using System.Text;
using AuthzSim.Formats.Yaml;

namespace AuthzSim.Formats.Tests.Yaml;

public sealed class YamlReadingTests
{
    private static string Role(string rules) => $"apiVersion: {Given.V1}\nkind: ClusterRole\nmetadata: {{name: r}}\n{rules}\n";

    [Theory]
    [InlineData("yes", ScalarType.True)]
    [InlineData("y", ScalarType.True)]
    [InlineData("On", ScalarType.True)]
    [InlineData("no", ScalarType.False)]
    [InlineData("FALSE", ScalarType.False)]
    [InlineData("yEs", ScalarType.Text)]
    [InlineData("~", ScalarType.Null)]
    [InlineData("", ScalarType.Null)]
    [InlineData("Null", ScalarType.Null)]
    [InlineData("nullx", ScalarType.Text)]
    [InlineData("0", ScalarType.Integer)]
    [InlineData("-1_000", ScalarType.Integer)]
    [InlineData("0x1f", ScalarType.Integer)]
    [InlineData("0b11", ScalarType.Integer)]
    [InlineData("0o17", ScalarType.Integer)]
    [InlineData("017", ScalarType.Integer)]
    [InlineData("08", ScalarType.Float)]
    [InlineData("1.5e3", ScalarType.Float)]
    [InlineData(".5", ScalarType.Float)]
    [InlineData("-.inf", ScalarType.Float)]
    [InlineData(".NaN", ScalarType.Float)]
    [InlineData("1:20", ScalarType.Text)]
    [InlineData("2020-01-01", ScalarType.Text)]
    [InlineData("1a", ScalarType.Text)]
    [InlineData("*", ScalarType.Text)]
    [InlineData("1\n", ScalarType.Text)]
    public void A_plain_scalar_has_the_type_kubectl_gives_it(string text, object type) =>
        Assert.Equal(type, PlainScalars.Resolve(text));

    [Theory]
    [InlineData("0x1F", "31")]
    [InlineData("-0b101", "-5")]
    [InlineData("017", "15")]
    [InlineData("0o17", "15")]
    [InlineData("1_000", "1000")]
    [InlineData("+7", "7")]
    public void An_integer_key_is_its_decimal(string text, string expected) => Assert.Equal(expected, PlainScalars.ToDecimal(text));

    [Fact]
    public void Quoted_and_tagged_scalars_are_text()
    {
        var result = Given.Load(Role("rules:\n- verbs: ['1', \"yes\", !!str null, !x 2, ! 3]\n"));
        Assert.Empty(result.Diagnostics);
        Assert.Equal(["1", "yes", "null", "2", "3"], result.Policy.ClusterRoles[0].Rules[0].Verbs);
    }

    [Fact]
    public void Aliases_and_merges_are_carried_out_as_kubectl_does()
    {
        var result = Given.Load(Role("""
            rules:
            - &a {verbs: &v [get], resources: [pods]}
            - {<<: *a, resources: [secrets], apiGroups: ['']}
            - <<: [{verbs: [list]}, *a]
              resourceNames: *v
            - *a
            """));
        Assert.Empty(result.Diagnostics);
        var rules = result.Policy.ClusterRoles[0].Rules;
        Assert.Equal(["get"], rules[1].Verbs);
        Assert.Equal(["secrets"], rules[1].Resources);
        Assert.Equal(new Rbac.PolicyRule { Verbs = ["list"], Resources = ["pods"], ResourceNames = ["get"] }, rules[2]);
        Assert.Equal(rules[0], rules[3]);
    }

    [Fact]
    public void A_problem_in_a_merged_field_stands_where_the_field_is_written()
    {
        var problems = Given.Problems(Role("rules:\n- &a\n  verbs: [1]\n- <<: *a\n"));
        Assert.Equal(["-:6:11", "-:6:11"], problems.Select(p => p.Split(' ')[1].TrimEnd(':')));
        Assert.Contains("rules[1].verbs[0]", problems[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a:\n\tb: c\n", "[syntax] -:2:1: a tab stands where blanks must indent: YAML takes blanks only; what follows cannot be read")]
    [InlineData("a: 'x\n", "[syntax] -:1:4: a quote is opened here and never closed; what follows cannot be read")]
    [InlineData("x: @a", "[syntax] -:1:4: a text cannot start with this character: quote it; what follows cannot be read")]
    [InlineData("a: b\n  c: d\n", "[syntax] -:2:4: a second `: ` in one line, or a line indented too far: quote the text, or check the indentation; what follows cannot be read")]
    [InlineData("a: &a [*a]", "[syntax] -:1:8: the alias `*a` names no anchor before it, or one that contains it; what follows cannot be read")]
    [InlineData("? [a]\n: b\n", "[syntax] -:1:3: a key must be one text, not a list or an object; what follows cannot be read")]
    [InlineData("<<: 3", "[syntax] -:1:5: only an object, or a list of objects, can be merged with `<<`; what follows cannot be read")]
    [InlineData("a: {: 3}", "[syntax] -:1:5: a key is missing before the `:`; what follows cannot be read")]
    [InlineData("a: !!binary YQ==", "[syntax] -:1:4: `!!binary` is not taken: write the text itself; what follows cannot be read")]
    public void A_syntax_error_says_what_and_where(string text, string expected) => Assert.Equal([expected], Given.Problems(text));

    [Fact]
    public void What_stands_before_a_syntax_error_is_read()
    {
        var result = Given.Load(Role("rules: []\n---\na: [\n"));
        Assert.Single(result.Policy.ClusterRoles);
        Assert.Equal(1, result.DocumentsSkipped);
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("# c\r\n---\r\n")]
    public void Byte_order_marks_and_CRLF_change_nothing(string prefix)
    {
        var result = Given.Load(prefix + Role("rules:\n- verbs: [get]").Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Empty(result.Diagnostics);
        Assert.Equal(["get"], result.Policy.ClusterRoles[0].Rules[0].Verbs);
    }

    [Fact]
    public void JSON_is_YAML_too()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "a.yaml");
        File.WriteAllText(file, $$$"""{"apiVersion": "{{{Given.V1}}}", "kind": "ClusterRole", "metadata": {"name": "a\u00e9\"\n"}}""");
        Assert.Equal("aé\"\n", PolicyLoader.Load([file], Given.Options([])).Policy.ClusterRoles[0].Metadata.Name);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_an_error_with_their_place()
    {
        Assert.Equal(["[encoding] -:2:4: a NUL byte is not text: is this a YAML file, saved as UTF-8?; what follows cannot be read"], Given.Problems("a: b\nc: \0"));
        Assert.Equal(
            ["[encoding] -:2:5: byte `0xff` is not UTF-8 text: save the file as UTF-8; what follows cannot be read"],
            Given.Problems(Given.Load([.. Encoding.UTF8.GetBytes("a: b\nc: é"), 0xff])));
    }

    [Fact]
    public void Alias_bombs_and_deep_nesting_are_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.Equal(
            ["[too-large] -:5:45: aliases repeat so much here that the document grows out of proportion; what follows cannot be read"],
            Given.Problems(bomb.ToString()));
        Assert.Equal(["[too-large] -:1:103: nested more than 100 levels deep; what follows cannot be read"], Given.Problems("a: " + new string('[', 5000)));
        Assert.StartsWith("[too-large] -:1:201: ", Assert.Single(Given.Problems(string.Concat(Enumerable.Repeat("- ", 5000)))), StringComparison.Ordinal);
    }
}
