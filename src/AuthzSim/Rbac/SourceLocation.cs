namespace AuthzSim.Rbac;

/// <summary>Where an object, rule or subject was read: a path as the reader was given it, and a one-based line and column.</summary>
/// <param name="Path">The path as given (a file, <c>-</c> for standard input, <c>(default policy)</c>), or null when made in code.</param>
/// <param name="Line">One-based line, 0 when unknown.</param>
/// <param name="Column">One-based column in characters, 0 when unknown.</param>
public readonly record struct SourceLocation(string? Path, int Line, int Column)
{
    /// <summary>True when the location names a place.</summary>
    public bool IsKnown => Path is not null;

    /// <summary><c>path:line</c>, the form editors open; empty when unknown.</summary>
    public string ToShortString() => !IsKnown ? "" : Line == 0 ? Path! : $"{Path}:{Line}";

    /// <summary><c>path:line:column</c>; empty when unknown.</summary>
    public override string ToString() => !IsKnown ? "" : Line == 0 ? Path! : $"{Path}:{Line}:{Column}";
}
