using AuthzSim.Rbac;

namespace AuthzSim.Formats.Loading;

/// <summary>Findings in the order they were made; those of an attempt that must be repeated can be taken back.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    public int Count => _items.Count;

    public IReadOnlyList<Diagnostic> Items => _items;

    public void Error(SourceLocation location, string code, string message) =>
        _items.Add(new Diagnostic(location, DiagnosticSeverity.Error, code, message));

    public void Warn(SourceLocation location, string code, string message) =>
        _items.Add(new Diagnostic(location, DiagnosticSeverity.Warning, code, message));

    public void Add(IEnumerable<Diagnostic> items) => _items.AddRange(items);

    public void TakeBackTo(int count) => _items.RemoveRange(count, _items.Count - count);

    public bool HasErrorSince(int count)
    {
        for (var i = count; i < _items.Count; i++)
        {
            if (_items[i].Severity == DiagnosticSeverity.Error)
            {
                return true;
            }
        }

        return false;
    }
}
