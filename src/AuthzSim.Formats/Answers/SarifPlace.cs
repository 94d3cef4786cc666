using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>Paths as the URIs of a SARIF log.</summary>
internal static class SarifPlace
{
    private const string StandardInput = "-";

    /// <summary>True when the place is in a file that a reader of the log can open.</summary>
    public static bool IsInFile(SourceLocation location) =>
        !string.IsNullOrEmpty(location.Path) && location.Path is not (StandardInput or DefaultPolicy.Path);

    /// <summary>What a log says of a named place; it must not say the same twice.</summary>
    public static (string Name, string Uri, int Line) WrittenAs((string Name, SourceLocation Location) place) =>
        (VisibleText.Of(place.Name), IsInFile(place.Location) ? UriOf(place.Location.Path!, out _) : "", place.Location.Line);

    /// <summary>
    /// The path with every segment percent-encoded: relative to where the paths were given, without <c>./</c>; absolute ones
    /// under <c>file://</c>.
    /// </summary>
    public static string UriOf(string path, out bool isRelative)
    {
        var slashed = Path.DirectorySeparatorChar == '\\' ? path.Replace('\\', '/') : path;
        isRelative = !Path.IsPathRooted(path);
        var segments = slashed.Split('/').Where((s, i) => i == 0 || s.Length > 0);
        if (isRelative)
        {
            return string.Join('/', segments.Where(s => s is not ".").Select(Uri.EscapeDataString)) is { Length: > 0 } uri ? uri : ".";
        }

        var encoded = string.Join('/', segments.Select((s, i) => i == 0 && s is [_, ':'] ? s : Uri.EscapeDataString(s)));
        return encoded.StartsWith('/') ? $"file://{encoded}" : $"file:///{encoded}";
    }
}
