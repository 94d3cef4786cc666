using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Formats.Manifests;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.PolicyTests;

/// <summary>
/// Reads policy tests from YAML and JSON: documents of <c>apiVersion: authzsim.io/v1</c>, <c>kind: PolicyTest</c>. Objects of
/// other kinds in the same files are passed over.
/// </summary>
public static class PolicyTestReader
{
    /// <summary>The <c>apiVersion</c> of a test.</summary>
    public const string ApiVersion = "authzsim.io/v1";

    /// <summary>The <c>kind</c> of a test.</summary>
    public const string Kind = "PolicyTest";

    /// <summary>Reads all paths in the order given: files, folders, patterns and <c>-</c>, as <see cref="PolicyLoader.Load"/> does.</summary>
    /// <param name="paths">Where to read.</param>
    /// <param name="options">How to read.</param>
    /// <exception cref="PolicyFormatException">
    /// A path does not exist, matches nothing or has no test in it, or a document cannot be read or does not say what a test
    /// says. It carries every problem of all files.
    /// </exception>
    /// <exception cref="ArgumentException"><c>-</c> is given without <see cref="PolicyTestLoadOptions.StandardInput"/>.</exception>
    public static PolicyTestLoadResult Read(IReadOnlyList<string> paths, PolicyTestLoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        var diagnostics = new DiagnosticBag();
        var visitor = new Visitor(diagnostics, options);
        var progress = new ReadingProgress(null, CancellationToken.None);
        var context = new ReadingContext(diagnostics, new PassingSink(), progress, visitor);
        var files = new PolicyFiles(context, new PolicyLoadOptions { StandardInput = options.StandardInput });
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var (before, mark, place) = (visitor.Seen, diagnostics.Count, new SourceLocation(path, 0, 0));
            var expanded = InputPaths.Expand(path);
            if (expanded is null)
            {
                diagnostics.Error(place, DiagnosticCodes.NoSuchFile, "no such file or folder");
                continue;
            }

            List<string> fresh = [.. expanded.Where(f => read.Add(f == InputPaths.StandardInput ? f : Path.GetFullPath(f)))];
            fresh.ForEach(files.Read);
            if (visitor.Seen == before && !diagnostics.HasErrorSince(mark) && (fresh.Count > 0 || expanded.Count == 0))
            {
                diagnostics.Error(place, DiagnosticCodes.NothingFound, $"no test in here: a test has `apiVersion: {ApiVersion}` and `kind: {Kind}`");
            }
        }

        return diagnostics.HasErrorSince(0)
            ? throw new PolicyFormatException([.. diagnostics.Items])
            : new PolicyTestLoadResult([.. visitor.Tests], [.. diagnostics.Items], [.. visitor.ChangeFiles]);
    }

    private sealed class Visitor(DiagnosticBag diagnostics, PolicyTestLoadOptions options) : IManifestVisitor
    {
        private readonly TestedResourceWords _resources = new(options.Mapper);

        public int Seen { get; private set; }

        public List<PolicyTest> Tests { get; } = [];

        public List<string> ChangeFiles { get; } = [];

        public bool Wants(string apiVersion, string kind) =>
            kind == Kind || ManifestKinds.GroupOf(apiVersion) == ManifestKinds.GroupOf(ApiVersion);

        public IReadOnlyList<Diagnostic> Visit(ManifestDocument document)
        {
            Seen++;
            if (document.ApiVersion != ApiVersion || document.Kind != Kind)
            {
                var message = $"there is no `{document.Kind}` in `{document.ApiVersion}`: a test has `apiVersion: {ApiVersion}` and `kind: {Kind}`";
                return [new Diagnostic(document.Location, DiagnosticSeverity.Error, DiagnosticCodes.UnknownKind, message)];
            }

            var mark = diagnostics.Count;
            var test = new PolicyTestDecoder(document, diagnostics, _resources, ChangeFiles).Decode();
            if (!diagnostics.HasErrorSince(mark))
            {
                Tests.Add(test);
            }

            return [];
        }
    }

    /// <summary>Lets objects that are no tests pass.</summary>
    private sealed class PassingSink : IManifestSink
    {
        public void Add(RbacObject @object, in DecodedItem item)
        {
        }

        public void Add(Namespace @namespace)
        {
        }

        public void Add(ServiceAccount account)
        {
        }

        public void Add(CustomResourceDefinition definition)
        {
        }

        public void Add(PolicySet policy)
        {
        }

        public void PassOver(string kind)
        {
        }

        public void Visited()
        {
        }

        public void LeaveOut()
        {
        }
    }
}
