using System.Diagnostics.CodeAnalysis;

namespace AuthzSim.Formats.Yaml;

/// <summary>YAML that parses but is not taken; caught where the file is known.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in one way, with its place")]
[SuppressMessage("Design", "CA1064", Justification = "always caught inside this assembly")]
internal sealed class YamlProblemException(int line, int column, string code, string message) : Exception(message)
{
    public int Line => line;

    public int Column => column;

    public string Code => code;
}
