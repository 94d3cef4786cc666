using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthzSim.Formats.Yaml;

/// <summary>The parser's events. What it throws on text it was not made for becomes a problem at the last good place.</summary>
internal sealed class YamlEvents(string text) : IParser
{
    private readonly Parser _parser = new(new Scanner(new StringReader(text), skipComments: true));

    public ParsingEvent? Current => _parser.Current;

    public bool MoveNext()
    {
        var last = _parser.Current?.End ?? Mark.Empty;
        try
        {
            return _parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException)
        {
            throw new YamlProblemException(
                (int)last.Line, (int)last.Column, DiagnosticCodes.Syntax, "what stands after this is not YAML: check quotes, brackets and indentation");
        }
    }
}
