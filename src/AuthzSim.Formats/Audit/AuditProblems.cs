using AuthzSim.Rbac;

namespace AuthzSim.Formats.Audit;

/// <summary>Events that cannot be read: the first ends the reading, unless it is to go on without them.</summary>
internal sealed class AuditProblems(bool skipInvalid)
{
    private const int MostKept = 20;

    private readonly List<Diagnostic> _kept = [];

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<Diagnostic> Kept => _kept;

    /// <summary>Notes what a reading apart, which went on whatever came, found wrong.</summary>
    public void Add(AuditProblems others)
    {
        foreach (var problem in others._kept)
        {
            Add(problem.Location, problem.Code, problem.Message);
        }

        Count += others.Count - others._kept.Count;
    }

    /// <summary>Notes one that reading can go on without.</summary>
    public void Add(SourceLocation location, string code, string message)
    {
        var problem = new Diagnostic(location, DiagnosticSeverity.Error, code, message);
        if (!skipInvalid)
        {
            throw new PolicyFormatException([problem with { Message = $"{message}; --skip-invalid goes on without such events" }]);
        }

        Count++;
        if (_kept.Count < MostKept)
        {
            _kept.Add(problem);
        }
    }
}
