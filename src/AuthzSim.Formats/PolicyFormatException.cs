using System.Collections.Immutable;

namespace AuthzSim.Formats;

/// <summary>Input that cannot be read as policy, with every problem found in it.</summary>
public sealed class PolicyFormatException : Exception
{
    /// <summary>An exception that carries the findings.</summary>
    /// <param name="diagnostics">Everything found, warnings included, in the order read.</param>
    public PolicyFormatException(ImmutableArray<Diagnostic> diagnostics)
        : base(Describe(diagnostics)) => Diagnostics = diagnostics;

    /// <summary>An exception without findings.</summary>
    public PolicyFormatException()
        : this(ImmutableArray<Diagnostic>.Empty)
    {
    }

    /// <summary>An exception with a text of its own.</summary>
    /// <param name="message">The text.</param>
    public PolicyFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text of its own and a cause.</summary>
    /// <param name="message">The text.</param>
    /// <param name="innerException">The cause.</param>
    public PolicyFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Everything found, warnings included, in the order read.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; } = [];

    private static string Describe(ImmutableArray<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()).ToList();
        return errors.Count == 0 ? "the policy cannot be read" : string.Join('\n', errors);
    }
}
