using System.Text.Json;
using YamlDotNet.Core;

namespace AuthzSim.Bench.Fleets;

/// <summary>What reading costs when nothing is made of what is read.</summary>
internal static class FormatFloors
{
    /// <summary>Counts the tokens of a JSON text, or of several one after the other.</summary>
    public static int JsonTokens(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowMultipleValues = true });
        var count = 0;
        while (reader.Read())
        {
            count++;
        }

        return count;
    }

    /// <summary>Counts the events of a YAML file, read as the parser wants it.</summary>
    public static int YamlEvents(string path)
    {
        using var reader = new StringReader(File.ReadAllText(path));
        var parser = new Parser(new Scanner(reader, skipComments: true));
        var count = 0;
        while (parser.MoveNext())
        {
            count++;
        }

        return count;
    }
}
