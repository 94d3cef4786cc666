using System.Text;

namespace AuthzSim.Conformance;

/// <summary>Compares recorded answers with ours; a failing run names the first twenty by id.</summary>
internal sealed class Mismatches(string file)
{
    private const int Shown = 20;
    private readonly StringBuilder _report = new();
    private int _compared;
    private int _different;

    public void Compare(string id, string? expected, string? actual)
    {
        _compared++;
        if (expected == actual)
        {
            return;
        }

        if (++_different <= Shown)
        {
            _report.Append(id).Append("\n  expected: ").Append(expected).Append("\n  actual:   ").Append(actual).Append('\n');
        }
    }

    public void AssertNone()
    {
        Assert.True(_compared > 0, $"{file}: nothing was compared");
        Assert.True(_different == 0, $"{file}: {_different} of {_compared} answers differ\n{_report}");
    }
}
