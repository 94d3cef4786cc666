using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>How bad a finding is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The input was read, but something about it deserves a look.</summary>
    Warning,

    /// <summary>The document cannot be taken as it stands.</summary>
    Error,
}

/// <summary>One finding about the input.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">A short stable word of <see cref="DiagnosticCodes"/>, for filters and scripts.</param>
/// <param name="Message">What is wrong and, where there is one, the way out; input stands in backticks.</param>
public sealed record Diagnostic(SourceLocation Location, DiagnosticSeverity Severity, string Code, string Message)
{
    /// <summary><c>path:line:column: text</c>.</summary>
    public override string ToString() => Location.IsKnown ? $"{Location}: {Message}" : Message;
}
