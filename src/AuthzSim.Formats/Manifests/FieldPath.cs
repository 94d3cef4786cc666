using System.Globalization;
using System.Text;

namespace AuthzSim.Formats.Manifests;

/// <summary>Where in an object the walk is; becomes text only when there is something to say.</summary>
internal sealed class FieldPath
{
    private readonly List<(string? Name, int Index)> _steps = [];

    public int Depth => _steps.Count;

    public void Enter() => _steps.Add((null, -1));

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    public void Reset() => _steps.Clear();

    public void Set(string name) => _steps[^1] = (name, -1);

    public void Set(int index) => _steps[^1] = (null, index);

    /// <summary>The name of the innermost field.</summary>
    public string Field => _steps.FindLast(s => s.Name is not null).Name ?? "";

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _steps)
        {
            if (name is not null)
            {
                text.Append(text.Length == 0 ? "" : ".").Append(name);
            }
            else if (index >= 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
        }

        return text.ToString();
    }
}
