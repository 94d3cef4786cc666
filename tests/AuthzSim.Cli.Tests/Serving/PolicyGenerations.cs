using System.Diagnostics;
using System.Globalization;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>
/// A folder of three files that make one policy after another. Each lets the user <c>u</c> get pods and secrets, by bindings and
/// roles that are named after it, so that an answer says which policy it is of; and the names are spread over the files, so that a
/// mixture of two policies, or a part of one, lets <c>u</c> do nothing.
/// </summary>
internal sealed class PolicyGenerations(string folder)
{
    // The server takes what has been quiet for 250 ms, whatever it is. Time is coarse, so a little less counts.
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(200);

    private readonly List<(TimeSpan Begin, TimeSpan End)> _brokenWhileQuiet = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _begun = -1;

    /// <summary>The policy that is on the disk, or is being written to it.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public TimeSpan Now => _clock.Elapsed;

    public static string BindingOf(int generation) => string.Create(CultureInfo.InvariantCulture, $"grant-{generation}");

    /// <summary>True when files stood still between two policies for so long, just before, that the server may have taken them.</summary>
    public bool MayBeBroken(TimeSpan at)
    {
        lock (_brokenWhileQuiet)
        {
            return _brokenWhileQuiet.Any(b => b.Begin <= at && at <= b.End + TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>The next policy, each file in one go.</summary>
    public void Rewrite() => Next((path, text) => File.WriteAllText(path, text));

    /// <summary>The next policy, each file put in place by renaming.</summary>
    public void Rename() => Next((path, text) =>
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    });

    /// <summary>The next policy, each file with a pause in the middle, where documents end.</summary>
    public void WriteByHalves(TimeSpan pause) => Next((path, text) =>
    {
        var half = text.IndexOf("---", StringComparison.Ordinal);
        using var file = new StreamWriter(path);
        file.Write(text[..half]);
        file.Flush();
        Thread.Sleep(pause);
        file.Write(text[half..]);
    });

    /// <summary>The next policy, after there was none for a while.</summary>
    public void DeleteAndRemake(TimeSpan pause) => Next(File.WriteAllText, () =>
    {
        foreach (var file in Directory.GetFiles(folder))
        {
            File.Delete(file);
        }

        Thread.Sleep(pause);
    });

    /// <summary>One file that cannot be read; the others stay.</summary>
    public string Break()
    {
        var path = Path.Combine(folder, "2-roles.yaml");
        Watched(() => File.WriteAllText(path, "kind: ClusterRole\nrules: [\n"));
        return path;
    }

    private void Next(Action<string, string> write, Action? before = null)
    {
        var generation = Interlocked.Increment(ref _begun);
        Watched(() =>
        {
            before?.Invoke();
            foreach (var (name, text) in FilesOf(generation))
            {
                write(Path.Combine(folder, name), text);
            }
        });
    }

    private void Watched(Action write)
    {
        var begin = Now;
        write();
        if (Now - begin >= _quiet)
        {
            lock (_brokenWhileQuiet)
            {
                _brokenWhileQuiet.Add((begin, Now));
            }
        }
    }

    private static IEnumerable<(string Name, string Text)> FilesOf(int g)
    {
        yield return ("1-bindings.yaml", Join(Binding(BindingOf(g), $"pods-{g}"), Binding($"{BindingOf(g)}-secrets", $"secrets-{g}")));
        yield return ("2-roles.yaml", Join(Role($"unused-{g}", "nodes"), Role($"pods-{g}", "pods")));
        yield return ("3-more.yaml", Join(Role($"also-unused-{g}", "nodes"), Role($"secrets-{g}", "secrets")));

        static string Join(string one, string other) => one + "---\n" + other;

        static string Role(string name, string resource) => $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: {{name}}}
            rules: [{apiGroups: [""], resources: [{{resource}}], verbs: [get]}]

            """;

        static string Binding(string name, string role) => $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: {{name}}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{role}}}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: u}]

            """;
    }
}
