using System.Collections.Immutable;
using AuthzSim.Impact;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Exceptions;

/// <summary>
/// Reads agreed exceptions: documents of <c>kind: AccessException</c> in <c>authzsim.io/v1</c>, YAML or JSON, with
/// <c>subjects</c> as in a binding, <c>rules</c> as in a role, <c>namespaces</c> (left out: everywhere), <c>reason</c> and
/// <c>expires</c> (the last day, <c>2027-01-31</c>).
/// </summary>
public static class AccessExceptionFile
{
    /// <summary>The <c>apiVersion</c> of the documents.</summary>
    public const string ApiVersion = "authzsim.io/v1";

    /// <summary>The <c>kind</c> of the documents.</summary>
    public const string Kind = "AccessException";

    /// <summary>Reads a file, a folder or a pattern, as <see cref="PolicyLoader"/> takes paths.</summary>
    /// <param name="path">Where to read.</param>
    /// <returns>The exceptions in the order read.</returns>
    /// <exception cref="PolicyFormatException">Something cannot be read, or no exception is there.</exception>
    public static ImmutableArray<AccessException> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var visitor = new Visitor();
        PolicyLoader.Load([path], new PolicyLoadOptions { IncludeDefaultPolicy = false, Visitor = visitor });
        return visitor.Read.Count > 0
            ? [.. visitor.Read]
            : throw new PolicyFormatException(
            [
                new Diagnostic(
                    new SourceLocation(path, 0, 0), DiagnosticSeverity.Error, DiagnosticCodes.NothingFound,
                    $"no exception in here: expected documents with `apiVersion: {ApiVersion}` and `kind: {Kind}`"),
            ]);
    }

    private sealed class Visitor : IManifestVisitor
    {
        public List<AccessException> Read { get; } = [];

        public bool Wants(string apiVersion, string kind) => kind == Kind && apiVersion == ApiVersion;

        public IReadOnlyList<Diagnostic> Visit(ManifestDocument document)
        {
            var decoder = new AccessExceptionDecoder(document);
            if (decoder.Decode() is { } exception)
            {
                Read.Add(exception);
            }

            return decoder.Problems;
        }
    }
}
