using System.Globalization;
using System.Text.RegularExpressions;
using AuthzSim.Analysis;
using AuthzSim.Formats.Answers;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck.Xunit;
using Make = AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>The comment on a pull request.</summary>
public sealed partial class DiffMarkdownTests
{
    [Fact]
    public void A_change_is_told_with_its_reason_and_place()
    {
        var before = new PolicySet { ClusterRoles = [DiffReports.Role("ops", "ops.yaml", Make.Rule("get", "pods"))], ClusterRoleBindings = [_binding] };
        var after = before with { ClusterRoles = [DiffReports.Role("ops", "ops.yaml", Make.Rule("get", "secrets"))] };

        Assert.Equal(
            """
            ### Access: 2 subjects gain access, 2 subjects lose access; worst: high

            From `before/` to `after/`.

            | Severity | Who | What | Why |
            | --- | --- | --- | --- |
            | 🟠 high | `Group devs` and 1 more | + `[get] secrets everywhere` | reads secrets, which hold passwords, keys and tokens |

            #### Subjects of bindings

            <details>
            <summary>🟠 high: <code>Group devs</code> and 1 more: reads secrets, which hold passwords, keys and tokens</summary>

            **For**

            - `Group devs`
            - `User ann`

            **Gained**

            - everywhere:
              - `[get] secrets`

            **Risks**

            - 🟠 high: reads secrets, which hold passwords, keys and tokens

            **Through**

            - `ClusterRoleBinding ops` (`bindings.yaml:7`) grants `ClusterRole ops` (rule at `ops.yaml:3`)

            **Lost**

            - everywhere:
              - `[get] pods`

            **Had it through**

            - `ClusterRoleBinding ops` (`bindings.yaml:7`) grants `ClusterRole ops` (rule at `ops.yaml:3`)

            </details>


            """,
            DiffReports.Markdown(DiffReports.Of(before, after)));
    }

    private static readonly ClusterRoleBinding _binding = DiffReports.Binding("ops", "ops", "bindings.yaml", Make.Group("devs"), Make.User("ann"));

    [Fact]
    public void Nothing_changed_says_so() => Assert.Equal(
        "### Access: no effective change\n\nFrom `before/` to `after/`.\n\nNobody may do anything else than before.\n\n", DiffReports.Markdown(DiffReports.Nothing));

    [Fact]
    public void People_agreements_and_refusals_have_their_place()
    {
        var after = new PolicySet { ClusterRoles = [DiffReports.Role("ops", "ops.yaml", Make.Rule("get", "secrets"))], ClusterRoleBindings = [_binding] };
        AccessException[] exceptions =
        [
            new([Make.Group("devs"), Make.User("ann")], AccessSet.Everything, "OPS-7", DiffReports.Today, DiffReports.At("allow.yaml", 2)),
            new([Make.User("bob")], AccessSet.Everything, "left", DiffReports.Today, DiffReports.At("allow.yaml", 9)),
        ];
        var text = DiffReports.Markdown(DiffReports.Of(new PolicySet(), after, exceptions, UserInfo.Of("eve", "devs", "system:masters")) with
        {
            Refused = [new RefusedEdit("apply Role a", "no @team", DiffReports.At("a.yaml"))],
        });

        Assert.Contains("### Access: 2 subjects gain access (2 as agreed)\n", text, StringComparison.Ordinal);
        Assert.Contains("refuse 1 edit; the rest is as if it did not**\n\n- `apply Role a` (`a.yaml:3`): `no @team`\n", text, StringComparison.Ordinal);
        Assert.Contains("| ✅ agreed | `Group devs` and 1 more |", text, StringComparison.Ordinal);
        Assert.Contains("#### People, by name and groups together\n\n<details>\n<summary>✅ agreed: <code>eve (groups devs, system:masters)</code>", text, StringComparison.Ordinal);
        Assert.Contains("`no effect: members of system:masters may do everything anyway`", text, StringComparison.Ordinal);
        Assert.Contains("**Agreed on**\n\n- until 2026-06-01: OPS-7 (`allow.yaml:2`)\n", text, StringComparison.Ordinal);
        Assert.Contains("agree to nothing gained here**\n\n- until 2026-06-01: left (`allow.yaml:9`)\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void No_text_from_outside_becomes_markup(string text) => AssertIsOurMarkup(DiffReports.Markdown(DiffReports.SayingEverywhere(text)));

    public static TheoryData<string> HostileTexts => new(DiffReports.Hostile);

    [Property(MaxTest = 200, Arbitrary = [typeof(DiffArbitraries)])]
    public void Whatever_changed_the_markup_is_ours_and_the_text_the_same_each_time(DiffReport report)
    {
        var text = DiffReports.Markdown(report);
        Assert.Equal(text, DiffReports.Markdown(report));
        AssertIsOurMarkup(text);
    }

    [Theory]
    [InlineData(5000, "user")]
    [InlineData(5000, "`|<@\n")]
    public void Five_thousand_changes_fit_and_the_rest_is_counted(int count, string name)
    {
        var text = DiffReports.Markdown(DiffReports.OfUsers(count, i => string.Concat(Enumerable.Repeat(name, 60)) + i));

        Assert.InRange(text.Length, 50_000, DiffMarkdown.MaxLength);
        var leftOut = int.Parse(LeftOut().Match(text).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.Equal(count, leftOut + DetailsOf(text));
        Assert.EndsWith($"({leftOut:N0} medium).\n\n", text, StringComparison.Ordinal);
        AssertIsOurMarkup(text);
    }

    [Fact]
    public void Texts_of_any_length_fit()
    {
        var many = DiffReports.SayingEverywhere(string.Concat(Enumerable.Repeat("`<|", 50_000)));
        var report = many with
        {
            Refused = [.. Enumerable.Repeat(many.Refused[0], 1000)],
        };

        Assert.InRange(DiffReports.Markdown(report).Length, 1000, DiffMarkdown.MaxLength);
    }

    [Fact]
    public void Many_people_leave_room_for_subjects()
    {
        var report = DiffReports.Of(
            new PolicySet(), DiffReportsPolicy(), [.. Enumerable.Range(0, 3000).Select(i => UserInfo.Of($"person-{i}", $"group-{i}"))]);
        var text = DiffReports.Markdown(report);

        Assert.InRange(text.Length, 50_000, DiffMarkdown.MaxLength);
        Assert.Contains("<code>Group group-0</code>", text, StringComparison.Ordinal);
        Assert.Contains("<code>person-0 (group group-0)</code>", text, StringComparison.Ordinal);
        Assert.Equal(2, LeftOut().Count(text));
    }

    private static PolicySet DiffReportsPolicy() => new()
    {
        ClusterRoles = [.. Enumerable.Range(0, 3000).Select(i => DiffReports.Role($"r{i}", "r.yaml", Make.Rule("get", "pods", "", $"p{i}")))],
        ClusterRoleBindings = [.. Enumerable.Range(0, 3000).Select(i => DiffReports.Binding($"b{i}", $"r{i}", "b.yaml", Make.Group($"group-{i}")))],
    };

    private static int DetailsOf(string text) => Regex.Count(text, "^<details>$", RegexOptions.Multiline);

    /// <summary>Without code, no character is left by which a text could be more than text; and all of the HTML is ours.</summary>
    private static void AssertIsOurMarkup(string text)
    {
        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain("```", text, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(text, "^</details>$", RegexOptions.Multiline), DetailsOf(text));
        foreach (var line in text.Split('\n'))
        {
            var summary = Summary().Match(line);
            if (summary.Success)
            {
                // HTML, so that only entities and our own tags may stand in it.
                Assert.DoesNotMatch("[<>`]", HtmlCode().Replace(summary.Groups[1].Value, ""));
                continue;
            }

            var rest = CodeSpan().Replace(line, "");
            if (line is not ("<details>" or "</details>"))
            {
                Assert.DoesNotMatch(@"[<>`@\[\]\\&_!/]|www\.", rest);
            }

            if (line.StartsWith('|'))
            {
                Assert.Equal(5, line.Count(c => c == '|'));
            }

            Assert.Matches(@"^(#{3,4} |From |\*\*.*\*\*$|- |  - |\| |</?details>$|Nobody |Left out|\d|$)", rest.Length == 0 && line.Length > 0 ? "- " : rest);
        }
    }

    [GeneratedRegex("^<summary>(.*)</summary>$")]
    private static partial Regex Summary();

    [GeneratedRegex("<code>[^<>]*</code>")]
    private static partial Regex HtmlCode();

    [GeneratedRegex("(?<!`)(`{1,2})(?!`)(.*?)(?<!`)\\1(?!`)")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("Left out, for a comment holds no more: ([0-9,]+) change")]
    private static partial Regex LeftOut();
}
