using AuthzSim.Impact;

namespace AuthzSim.Formats.Answers;

/// <summary>Colours, on a terminal that has them.</summary>
internal sealed class Palette(bool isOn)
{
    public string Bold(string text) => Painted(text, "1");

    public string Dim(string text) => Painted(text, "2");

    public string Red(string text) => Painted(text, "31");

    public string Green(string text) => Painted(text, "32");

    public string Of(Severity severity, string text) => Painted(text, severity switch
    {
        Severity.Critical => "1;37;41",
        Severity.High => "1;31",
        Severity.Medium => "33",
        _ => "36",
    });

    private string Painted(string text, string code) => isOn ? $"\e[{code}m{text}\e[0m" : text;
}
