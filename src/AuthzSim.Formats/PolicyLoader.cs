using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>Reads policy from YAML and JSON files as kubectl reads them, and from snapshots.</summary>
public static class PolicyLoader
{
    /// <summary>
    /// Reads all paths in the order given: files, folders (all .yaml, .yml and .json files below, in ordinal path order),
    /// patterns with <c>*</c>, <c>?</c> and <c>**</c>, and <c>-</c> for standard input. A file named twice is read once. The
    /// order read is the policy's order.
    /// </summary>
    /// <remarks>
    /// A file or standard input that begins as a <see cref="PolicySnapshot"/> is one, whatever its name; a folder stands for
    /// its manifests only. A snapshot's objects stand where its path stands, and of two objects of one name the later counts,
    /// as everywhere. A snapshot is a whole policy: the default policy is in it or was left out when it was compiled, and is
    /// not joined again, whatever is read beside it; aggregated roles are filled in anew.
    /// </remarks>
    /// <param name="paths">Where to read.</param>
    /// <param name="options">How to read.</param>
    /// <exception cref="PolicyFormatException">
    /// A path does not exist or matches nothing; or, unless <see cref="PolicyLoadOptions.SkipInvalid"/>, a document cannot be read
    /// or is invalid. It carries every problem of all files. A snapshot that cannot be read is the end of it at once.
    /// </exception>
    /// <exception cref="ArgumentException"><c>-</c> is given without <see cref="PolicyLoadOptions.StandardInput"/>.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static PolicyLoadResult Load(IReadOnlyList<string> paths, PolicyLoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        var diagnostics = new DiagnosticBag();
        var builder = new PolicyBuilder(diagnostics, options.Validate);
        var progress = new ReadingProgress(options.BytesRead, options.CancellationToken);
        var files = new PolicyFiles(new ReadingContext(diagnostics, builder, progress, options.Visitor) { BatchSize = options.BatchSize }, options);
        var isFatal = ReadAll(paths, files, builder, diagnostics);
        if (isFatal || (!options.SkipInvalid && diagnostics.HasErrorSince(0)))
        {
            throw new PolicyFormatException([.. diagnostics.Items]);
        }

        var own = builder.Build();
        var joinsDefaults = options.IncludeDefaultPolicy && !files.HasSnapshot;
        return new PolicyLoadResult
        {
            Policy = ClusterRoleAggregation.Apply(joinsDefaults ? own.WithDefaults(DefaultPolicy.Kubernetes136) : own),
            IncludesDefaultPolicy = joinsDefaults || files.HasDefaultPolicy,
            Diagnostics = [.. diagnostics.Items],
            PassedOver = builder.PassedOver,
            DocumentsSkipped = builder.LeftOut,
            FilesRead = files.Count,
            BytesRead = progress.BytesRead,
        };
    }

    /// <summary>True when a path means no file at all, which nothing excuses.</summary>
    private static bool ReadAll(IReadOnlyList<string> paths, PolicyFiles files, PolicyBuilder builder, DiagnosticBag diagnostics)
    {
        var isFatal = false;
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var (place, before) = (new SourceLocation(path, 0, 0), builder.RbacSeen + builder.VisitedCount);
            var expanded = InputPaths.Expand(path);
            if (expanded is null || (expanded.Count == 0 && InputPaths.IsPattern(path)))
            {
                isFatal = true;
                var (code, message) = expanded is null
                    ? (DiagnosticCodes.NoSuchFile, "no such file or folder")
                    : (DiagnosticCodes.NoMatch, "the pattern matches no file");
                diagnostics.Error(place, code, message);
                continue;
            }

            var fresh = expanded.Where(f => read.Add(f == InputPaths.StandardInput ? f : Path.GetFullPath(f))).ToList();
            fresh.ForEach(files.Read);
            if (builder.RbacSeen + builder.VisitedCount == before && (fresh.Count > 0 || expanded.Count == 0))
            {
                diagnostics.Warn(place, DiagnosticCodes.NothingFound, "no role and no binding in here");
            }
        }

        return isFatal;
    }
}
