using AuthzSim.Cli;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>
/// kubectl.jsonl: runs of <c>kubectl auth can-i</c> and <c>kubectl auth whoami</c> by the admin of a cluster that holds exactly cluster.json. Runs that the
/// server itself refused are counted apart: without a server there is nobody to refuse.
/// </summary>
public sealed partial class KubectlVectorTests
{
    private const string File = "kubectl.jsonl";
    private static readonly DefaultIdentity _admin = new("a", UserInfo.Of("admin", "system:masters", "system:authenticated") with { Uid = AdminUid() });

    [Fact]
    public void Can_i_prints_and_exits_as_kubectl_does()
    {
        var runs = Vectors.ReadJsonLines(File).Index().Where(l => l.Item.Strings("args") is ["auth", "can-i", ..]).ToLookup(l =>
            l.Item.Text("stderr").Contains("Error from server (Forbidden)", StringComparison.Ordinal));
        Assert.NotEmpty(runs[true]);
        Assert.All(runs[true], l => Assert.Contains("system:anonymous", l.Item.Strings("args")));

        var mismatches = new Mismatches(File);
        foreach (var (line, entry) in runs[false])
        {
            var args = entry.Strings("args");
            var isList = args.Contains("--list");
            var (exit, stdout, stderr) = Run([.. args[1..], "-f", Vectors.PathOf("cluster.json"), "--no-default-policy"]);
            mismatches.Compare(
                $"{line} {string.Join(' ', args)}",
                Show(entry.GetProperty("exit").GetInt32(), entry.Text("stdout"), ProgramName(entry.Text("stderr")), isList),
                Show(exit, stdout, stderr, isList));
        }

        mismatches.AssertNone();
    }

    [Fact]
    public void Whoami_prints_and_exits_as_kubectl_does()
    {
        var runs = Vectors.ReadJsonLines(File).Index().Where(l => l.Item.Strings("args") is ["auth", "whoami", ..]).ToList();
        Assert.NotEmpty(runs);
        var mismatches = new Mismatches($"{File} whoami");
        foreach (var (line, entry) in runs)
        {
            var args = entry.Strings("args");
            var (exit, stdout, stderr) = Run([.. args[1..], "-f", Vectors.PathOf("cluster.json"), "--no-default-policy"]);
            mismatches.Compare(
                $"{line} {string.Join(' ', args)}",
                $"{entry.GetProperty("exit").GetInt32()}\n{AnyTime(entry.Text("stdout"))}\n{entry.Text("stderr")}",
                $"{exit}\n{AnyTime(stdout)}\n{stderr}");
        }

        mismatches.AssertNone();
    }

    private static string AdminUid() =>
        System.IO.File.ReadLines(Vectors.PathOf("tokens.csv")).Select(l => l.Split(',')).First(columns => columns[1] == "admin")[2];

    private static string AnyTime(string text) => CreationTimestamp().Replace(text, "${name}TIME");

    private static (int Exit, string Stdout, string Stderr) Run(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = AuthzSimCommand.Run(args, new CommandContext { Output = output, Error = error, DefaultIdentity = _admin });
        return (exit, output.ToString(), error.ToString());
    }

    private static string ProgramName(string text) => text.Replace("kubectl auth can-i", "authzsim can-i", StringComparison.Ordinal);

    private static string Show(int exit, string stdout, string stderr, bool isList) =>
        $"{exit}\n{(isList ? AnyBindingOrder(stdout) : stdout)}\n{stderr}";

    /// <summary>
    /// The server hands out bindings in no fixed order, and with it the verbs of a row (and so the rows) change places:
    /// verbs are sorted within rows and rows within the table, blanks and all the rest stay as they are.
    /// </summary>
    private static string AnyBindingOrder(string table)
    {
        var rows = table.Split('\n').Select(row =>
        {
            var verbs = row.LastIndexOf('[');
            return verbs < 0 ? row : row[..verbs] + "[" + string.Join(' ', row[(verbs + 1)..].TrimEnd(']').Split(' ').Order(StringComparer.Ordinal)) + "]";
        });
        return string.Join('\n', rows.Order(StringComparer.Ordinal));
    }

    [System.Text.RegularExpressions.GeneratedRegex("(?<name>creationTimestamp\"?: \")[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z(?=\")")]
    private static partial System.Text.RegularExpressions.Regex CreationTimestamp();
}
