using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using AuthzSim.Analysis;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck.Xunit;
using Make = AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>The page. It is written so that it is well-formed XML too, which shows that nothing in it broke out.</summary>
public sealed class DiffHtmlTests
{
    private static readonly string[] _elements =
    [
        "body", "button", "code", "dd", "details", "div", "dl", "dt", "fieldset", "form", "h1", "h2", "h3", "head", "header", "html", "input", "label", "legend",
        "li", "main", "meta", "option", "output", "p", "script", "section", "select", "span", "style", "summary", "title", "ul",
    ];

    private static readonly string[] _attributes =
    [
        "autocomplete", "charset", "class", "content", "data-n", "data-s", "data-v", "data-who", "hidden", "http-equiv", "id", "lang", "name", "open",
        "placeholder", "role", "type", "value",
    ];

    [Fact]
    public void A_change_shows_who_what_why_and_through_what()
    {
        var after = new PolicySet
        {
            ClusterRoles = [DiffReports.Role("ops", "ops.yaml", Make.Rule("get", "secrets"), Make.Url("get", "/metrics"))],
            ClusterRoleBindings = [DiffReports.Binding("ops", "ops", "bindings.yaml", Make.Group("devs"))],
            RoleBindings = [Make.In("shop", "ops", RbacNames.ClusterRoleKind, "ops", Make.User("ann")) with { Location = DiffReports.At("shop.yaml") }],
        };
        var page = Parse(DiffReports.Html(DiffReports.Of(new PolicySet(), after, UserInfo.Of("eve", "devs"))));
        var changes = page.Descendants("details").Where(d => d.Attribute("class")!.Value == "change").ToList();

        Assert.Equal(3, changes.Count);
        Assert.Equal("highGroup devs reads secrets, which hold passwords, keys and tokens", changes[0].Element("summary")!.Value);
        Assert.Equal(["!", "u"], Rules(changes[0]).Select(r => r.Attribute("data-n")!.Value));
        Assert.Contains("ClusterRoleBinding ops bindings.yaml:7 grants ClusterRole ops rules at ops.yaml:3, :4", changes[0].Value, StringComparison.Ordinal);
        Assert.Equal(["[get] secrets"], Rules(changes[1]).Select(r => r.Value));
        Assert.Equal(Options(page, "n")["shop"], Rules(changes[1]).Single().Attribute("data-n")!.Value);
        Assert.Equal(Options(page, "v")["get"], Rules(changes[1]).Single().Attribute("data-v")!.Value);
        Assert.StartsWith("higheve (group devs)", changes[2].Value, StringComparison.Ordinal);
        Assert.Equal(["Subjects of bindings", "People, by name and groups together"], page.Descendants("h2").Select(h => h.Value));
    }

    [Fact]
    public void Filters_number_the_values_of_rules()
    {
        var words = new FilterWords([ValueSet.Of("b", ""), ValueSet.AllBut("c")]);

        Assert.Equal(["", "b", "c"], words.Values);
        Assert.Equal(["0 1", "!2", "!", "!0 2"], new[] { ValueSet.Of("b", ""), ValueSet.AllBut("c"), ValueSet.AllBut(), ValueSet.AllBut("c", "") }.Select(words.NumbersOf));
    }

    [Fact]
    public void Nothing_changed_says_so_and_needs_no_script()
    {
        var page = Parse(DiffReports.Html(DiffReports.Nothing));

        Assert.Contains("No effective change.", page.Value, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("form"));
    }

    [Fact]
    public void Exceptions_refusals_and_notes_are_shown()
    {
        var text = Parse(DiffReports.Html(DiffReports.SayingEverywhere("odd"))).Value;

        Assert.Contains("The API server would refuse 1 edit", text, StringComparison.Ordinal);
        Assert.Contains("until 2026-06-01: odd odd:3", text, StringComparison.Ordinal);
        Assert.Contains("Expired: they agree to nothing any more\nuntil 2026-05-31", Regex.Replace(text, "\n+", "\n"), StringComparison.Ordinal);
        var masters = new PolicySet { ClusterRoles = [DiffReports.Role("a", "a", Make.Rule("get", "pods"))], ClusterRoleBindings = [DiffReports.Binding("a", "a", "a", Make.Group("system:masters"))] };
        Assert.Contains("may do everything anyway", DiffReports.Html(DiffReports.Of(new PolicySet(), masters)), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_is_in_the_page_may_run_and_nothing_may_load()
    {
        var page = Parse(DiffReports.Html(DiffReports.SayingEverywhere("x")));
        var policy = page.Descendants("meta").Single(m => m.Attribute("http-equiv") is not null).Attribute("content")!.Value;

        Assert.Equal(
            $"default-src 'none'; style-src '{HashOf(page.Descendants("style").Single().Value)}'; script-src '{HashOf(page.Descendants("script").Single().Value)}'; "
            + "base-uri 'none'; form-action 'none'",
            policy);
    }

    [Fact]
    public void Of_ten_thousand_alike_all_are_there()
    {
        var after = new PolicySet
        {
            ClusterRoles = [DiffReports.Role("ops", "ops.yaml", Make.Rule("get", "secrets"))],
            ClusterRoleBindings = [.. Enumerable.Range(0, 10_000).Select(i => DiffReports.Binding($"b{i}", "ops", "b.yaml", Make.User($"u{i}")))],
        };
        var text = Parse(DiffReports.Html(DiffReports.Of(new PolicySet(), after))).Value;

        Assert.Contains("User u0 User u1 User u10 and 9,997 more", text, StringComparison.Ordinal);
        Assert.Contains("ClusterRoleBinding b9999 b.yaml:7 grants ClusterRole ops", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(DiffMarkdownTests.HostileTexts), MemberType = typeof(DiffMarkdownTests))]
    public void No_text_from_outside_becomes_markup(string text) => AssertIsOurMarkup(DiffReports.Html(DiffReports.SayingEverywhere(text)));

    [Property(MaxTest = 200, Arbitrary = [typeof(DiffArbitraries)])]
    public void Whatever_changed_the_page_is_ours_and_the_text_the_same_each_time(DiffReport report)
    {
        var text = DiffReports.Html(report);
        Assert.Equal(text, DiffReports.Html(report));
        AssertIsOurMarkup(text);
        var changes = report.Diff.Subjects.Length + report.Diff.People.Length;
        Assert.Equal(changes, Parse(text).Descendants("details").Count(d => d.Attribute("class")!.Value == "change"));
    }

    private static void AssertIsOurMarkup(string text)
    {
        Assert.DoesNotContain(text, c => c != '\n' && char.IsControl(c));
        Assert.DoesNotContain('\u202E', text);
        var page = Parse(text);
        Assert.Subset(_elements.ToHashSet(StringComparer.Ordinal), page.DescendantsAndSelf().Select(e => e.Name.ToString()).ToHashSet(StringComparer.Ordinal));
        Assert.Subset(
            _attributes.ToHashSet(StringComparer.Ordinal),
            page.DescendantsAndSelf().SelectMany(e => e.Attributes()).Select(a => a.Name.ToString()).ToHashSet(StringComparer.Ordinal));
        Assert.All(page.Descendants().SelectMany(e => e.Attributes("class")), a => Assert.Matches("^[a-z ]+$", a.Value));
        Assert.InRange(page.Descendants("script").Count(), 0, 1);
        Assert.Single(page.Descendants("style"));
        Assert.DoesNotMatch("[<&]", page.Descendants("script").SingleOrDefault()?.Value ?? "");
    }

    private static XElement Parse(string text)
    {
        Assert.StartsWith("<!DOCTYPE html>\n", text, StringComparison.Ordinal);
        using var reader = XmlReader.Create(new StringReader(text["<!DOCTYPE html>\n".Length..]), new XmlReaderSettings { CheckCharacters = true });
        return XElement.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static IEnumerable<XElement> Rules(XElement change) => change.Descendants("li").Where(l => l.Attribute("data-n") is not null);

    private static Dictionary<string, string> Options(XElement page, string name) =>
        page.Descendants("select").Single(s => s.Attribute("name")!.Value == name).Elements("option").ToDictionary(o => o.Value, o => o.Attribute("value")!.Value, StringComparer.Ordinal);

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
