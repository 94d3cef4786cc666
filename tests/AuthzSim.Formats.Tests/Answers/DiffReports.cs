using System.Collections.Immutable;
using System.Text;
using AuthzSim.Analysis;
using AuthzSim.Formats.Answers;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Analysis;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using Make = AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>Reports on small and large, plain and hostile policies.</summary>
internal static class DiffReports
{
    public static readonly DateOnly Today = new(2026, 6, 1);

    /// <summary>Text that ends what it stands in, in every language of the outputs, calls people, hides or turns around.</summary>
    public static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "</details></summary><img src=x onerror=alert(1)>", "a|b\\|c", "`x` ``y`` ```z```", "line\n\n# heading\r\n| x |", "@team",
        "\u202Etxt.exe\u2066", "שלום", "[x](javascript:alert(1))", "https://evil.example", "-->]]>", "\"' onload='x", "&lt;&#60;", "\0\u001b[31m", "\ud800 lone", "  ", "日本語",
    ];

    public static DiffReport Of(PolicySet before, PolicySet after, params UserInfo[] people) => Of(before, after, [], people);

    public static DiffReport Of(PolicySet before, PolicySet after, AccessException[] exceptions, params UserInfo[] people) => new()
    {
        Before = "before/",
        After = "after/",
        Diff = AssessedDiff.Of(PolicyDiff.Compute(before, after, people), after, exceptions, Today),
    };

    public static DiffReport Nothing => Of(new PolicySet(), new PolicySet());

    /// <summary>Each of these users gains to read secrets by a rule at a line of its own.</summary>
    public static DiffReport OfUsers(int count, Func<int, string> name, params string[] files) => Of(new PolicySet(), new PolicySet
    {
        ClusterRoles = [.. Enumerable.Range(0, count).Select(i => Role($"role-{i}", files is [] ? $"roles/{i}.yaml" : files[i % files.Length], Make.Rule("get", "secrets", "", $"s{i}")))],
        ClusterRoleBindings = [.. Enumerable.Range(0, count).Select(i => Binding($"binding-{i}", $"role-{i}", "bindings.yaml", Make.User(name(i))))],
    });

    /// <summary>One change in which every text that comes from outside is this.</summary>
    public static DiffReport SayingEverywhere(string text)
    {
        var rules = new[] { Make.Rule(text, text, text, text), Make.Rule("create", "pods"), Make.Url(text, "/" + text) };
        ImmutableArray<Subject> subjects = [Make.Group(text), Make.ServiceAccount(text, text), Make.User(text + "1"), Make.Group("system:serviceaccounts:" + text)];
        var granted = new PolicySet
        {
            ClusterRoles = [Role(text, text, rules)],
            ClusterRoleBindings = [Binding(text, text, text, [.. subjects])],
            RoleBindings = [Make.In(text, text, RbacNames.ClusterRoleKind, text, Make.User(text + "2")) with { Location = At(text) }],
        };
        var lost = new PolicySet
        {
            ClusterRoles = [Role("gone", text, Make.Rule(text, "gone"))],
            ClusterRoleBindings = [Binding("gone", "gone", text, Make.User(text + "3"))],
        };
        AccessException[] exceptions =
        [
            new([Make.User(text + "2")], AccessSet.Everything, text, Today, At(text)),
            new([Make.Group(text)], AccessSet.Everything, text, Today.AddDays(-1), At(text)),
            new([Make.Group(text + "4")], AccessSet.Everything, text, Today, At(text)),
        ];
        return Of(lost, granted, exceptions, UserInfo.Of(text, text, text)) with
        {
            Before = text,
            After = text,
            Refused = [new RefusedEdit(text, text, At(text))],
        };
    }

    public static Arbitrary<DiffReport> Any() => Arb.From(
        from pair in PolicyPair.Any
        from people in Gen.ArrayOf(PolicyGenerators.User, 2)
        from text in Gen.Elements(Hostile)
        from exception in AccessSets.Rules
        let before = Located(pair.Before, text)
        let after = Located(pair.After, text)
        select Of(before, after, [new AccessException([.. Alphabets.Users.Take(3).Select(Make.User)], exception.Set, text, Today, At(text))], people));

    public static string Markdown(DiffReport report) => Written(report, DiffMarkdown.Write);

    public static string Html(DiffReport report) => Written(report, DiffHtml.Write);

    public static byte[] Sarif(DiffReport report)
    {
        using var output = new MemoryStream();
        DiffSarif.Write(report, output);
        return output.ToArray();
    }

    public static SourceLocation At(string path, int line = 3) => new(path, line, 1);

    public static ClusterRole Role(string name, string file, params PolicyRule[] rules) =>
        Make.ClusterRole(name, [.. rules.Select((r, i) => r with { Location = At(file, i + 3) })]) with { Location = At(file, 1) };

    public static ClusterRoleBinding Binding(string name, string role, string file, params Subject[] subjects) =>
        Make.Everywhere(name, role, subjects) with { Location = At(file, 7) };

    private static string Written(DiffReport report, Action<DiffReport, TextWriter> write)
    {
        using var output = new StringWriter(new StringBuilder());
        write(report, output);
        return output.ToString();
    }

    /// <summary>Every other role as read from a file, with its rules.</summary>
    private static PolicySet Located(PolicySet policy, string file) => policy with
    {
        ClusterRoles = [.. policy.ClusterRoles.Select((r, i) => i % 2 == 0 ? r : Located(r, file))],
        ClusterRoleBindings = [.. policy.ClusterRoleBindings.Select((b, i) => b with { Location = At(i % 2 == 0 ? DefaultPolicy.Path : file) })],
    };

    private static ClusterRole Located(ClusterRole role, string file) => role with
    {
        Location = At(file),
        Rules = [.. role.Rules.Select((r, i) => r with { Location = At(file, i + 4) })],
    };
}
