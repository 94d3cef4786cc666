using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using AuthzSim.Cli.Flags;

namespace AuthzSim.Cli;

/// <summary>Answers the completion scripts: <c>authzsim "[suggest:CURSOR]" "LINE"</c> prints one candidate a line.</summary>
internal static class Completion
{
    private const string Directive = "[suggest";

    /// <summary>True for the directive; the position is null when the cursor stands at the line's end.</summary>
    public static bool TryParse(string argument, out int? position)
    {
        position = null;
        if (!argument.StartsWith(Directive, StringComparison.Ordinal) || !argument.EndsWith(']'))
        {
            return false;
        }

        var rest = argument[Directive.Length..^1];
        if (rest.Length > 0 && int.TryParse(rest.TrimStart(':'), NumberStyles.None, CultureInfo.InvariantCulture, out var given))
        {
            position = given;
        }

        return true;
    }

    /// <summary>Prints what may stand at the cursor. The line's first word is the program, however it was called.</summary>
    public static void Suggest(Command root, int? position, string line, TextWriter output)
    {
        var before = line[..Math.Min(position ?? line.Length, line.Length)];
        var words = CommandLineParser.SplitCommandLine(before).Skip(1).ToArray();
        var current = before.Length > 0 && !char.IsWhiteSpace(before[^1]) && words.Length > 0 ? words[^1] : "";
        string[] complete = [.. current.Length > 0 ? words[..^1] : words];
        foreach (var candidate in Candidates(root, complete, current).Distinct())
        {
            if (candidate.StartsWith(current, StringComparison.Ordinal))
            {
                output.Write(candidate + "\n");
            }
        }
    }

    private static IEnumerable<string> Candidates(Command root, string[] complete, string current)
    {
        var text = string.Join(' ', [root.Name, .. complete.Select(Quote), current.StartsWith('-') ? "" : current]);
        var parsed = root.Parse(text);
        List<Option> options = [.. parsed.CommandResult.Command.Options, .. root.Options.Where(o => o.Recursive)];
        if (complete is [.., var last] && options.Find(o => !FlagSyntax.IsSwitch(o) && FlagSyntax.Matches(o, last)) is { } asksForValue)
        {
            return asksForValue.GetCompletions(CompletionContext.Empty).Select(c => c.Label);
        }

        return current.StartsWith('-')
            ? options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name))
            : parsed.GetCompletions(text.Length).Select(c => c.Label).Where(label => !label.StartsWith('-'));
    }

    private static string Quote(string word) => word.Length == 0 || word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word;
}
