using System.Text.RegularExpressions;
using AuthzSim.Formats.Loading;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Audit;

/// <summary>The files that paths mean, those of one log in the order in which they were written.</summary>
internal static partial class AuditLogFiles
{
    /// <summary>Files in the order in which to read them; a file named twice comes once.</summary>
    /// <exception cref="PolicyFormatException">A path does not exist or matches nothing.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        List<string> files = [];
        List<Diagnostic> problems = [];
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var expanded = InputPaths.Expand(path, f => Name().IsMatch(Path.GetFileName(f)));
            if (expanded is not { Count: > 0 })
            {
                var (code, message) = expanded is null ? (DiagnosticCodes.NoSuchFile, "no such file or folder")
                    : InputPaths.IsPattern(path) ? (DiagnosticCodes.NoMatch, "the pattern matches no file")
                    : (DiagnosticCodes.NothingFound, "no log in this folder: files named like audit.log, audit-TIME.log, audit.log.1, audit.json or audit.jsonl, also with .gz");
                problems.Add(new Diagnostic(new SourceLocation(path, 0, 0), DiagnosticSeverity.Error, code, message));
                continue;
            }

            files.AddRange(InOrder(expanded).Where(f => known.Add(f == InputPaths.StandardInput ? f : Path.GetFullPath(f))));
        }

        return problems.Count == 0 ? files : throw new PolicyFormatException([.. problems]);
    }

    /// <summary>
    /// Each log's rotated files from the oldest on, then the one being written: by the time in the name, as the server's own
    /// rotation and logrotate's dates have it, or from the highest number down.
    /// </summary>
    private static IEnumerable<string> InOrder(IReadOnlyList<string> files) => files.Count == 1 ? files : files
        .Select(f => (File: f, Parts: Name().Match(Path.GetFileName(f))))
        .OrderBy(f => Path.GetDirectoryName(f.File), StringComparer.Ordinal)
        .ThenBy(f => f.Parts.Groups["base"].Value + f.Parts.Groups["suffix"].Value, StringComparer.Ordinal)
        .ThenBy(f => IsRotated(f.Parts) ? 0 : 1)
        .ThenBy(f => f.Parts.Groups["time"].Value + f.Parts.Groups["date"].Value, StringComparer.Ordinal)
        .ThenByDescending(f => f.Parts.Groups["number"] is { Success: true } n ? long.Parse(n.ValueSpan, null) : 0)
        .ThenBy(f => f.File, StringComparer.Ordinal)
        .Select(f => f.File);

    private static bool IsRotated(Match parts) => parts.Groups["time"].Success || parts.Groups["date"].Success || parts.Groups["number"].Success;

    // audit.log, audit-2026-01-31T10-17-01.590.log, audit.log-20260131, audit.log.3, each with or without .gz.
    [GeneratedRegex(
        """
        ^(?<base>.*?)(-(?<time>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(\.\d{3})?))?(?<suffix>\.(log|json|jsonl|ndjson))
        (-(?<date>\d{8,14}))?(\.(?<number>\d{1,9}))?(\.gz)?$
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
