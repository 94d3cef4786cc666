using System.Text;
using AuthzSim.Rbac;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthzSim.Formats.Yaml;

/// <summary>
/// Turns a YAML text that holds one object into JSON (upstream: <c>sigs.k8s.io/yaml.YAMLToJSON</c>): what follows the first
/// document is not looked at.
/// </summary>
internal static class FirstYamlDocument
{
    /// <summary>The document as JSON, repeated keys included; <c>null</c> when there is none.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="path">What to call it in the places of problems.</param>
    /// <exception cref="PolicyFormatException">The text is no YAML.</exception>
    public static ConvertedYaml ToJson(ReadOnlySpan<byte> utf8, string path)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }

        if (YamlDocuments.FindBadByte(utf8) is { } bad)
        {
            throw Refuse(path, bad.Line, bad.Column, DiagnosticCodes.Encoding, bad.Message);
        }

        var text = Encoding.UTF8.GetString(utf8);
        var output = new JsonOutput();
        var events = new YamlEvents(text);
        try
        {
            while (events.MoveNext() && events.Current is not DocumentStart)
            {
            }

            if (events.Current is not DocumentStart)
            {
                return new ConvertedYaml("null"u8.ToArray(), path, [new TokenMark(0, 1, 1, null)]);
            }

            new YamlConverter(events, output, text.Length, CancellationToken.None).ConvertDocument();
            return new ConvertedYaml(output.Json, path, output.Marks);
        }
        catch (YamlProblemException e)
        {
            throw Refuse(path, e.Line, e.Column, e.Code, e.Message);
        }
        catch (YamlException e)
        {
            var (place, message) = YamlTexts.Explain(e, text, documentLine: 1);
            throw Refuse(path, place.Line, place.Column, DiagnosticCodes.Syntax, message);
        }
    }

    private static PolicyFormatException Refuse(string path, int line, int column, string code, string message) =>
        new([new Diagnostic(new SourceLocation(path, line, column), DiagnosticSeverity.Error, code, message)]);
}

/// <summary>JSON made from YAML.</summary>
internal sealed class ConvertedYaml(ReadOnlyMemory<byte> json, string path, List<TokenMark> marks)
{
    private readonly MarkLocator _locator = new(path, marks, shift: 0);

    public ReadOnlyMemory<byte> Json => json;

    /// <summary>The line of the YAML that the JSON at an index came from.</summary>
    public int LineOf(int index) => _locator.At(index).Line;
}
