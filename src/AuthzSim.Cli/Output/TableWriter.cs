using Spectre.Console;
using CellText = Spectre.Console.Text;

namespace AuthzSim.Cli.Output;

/// <summary>
/// Writes tables: in kubectl's layout into a pipe (upstream: <c>cli-runtime/pkg/printers/tabwriter.go</c>), drawn for the
/// width of the screen on a terminal.
/// </summary>
internal sealed class TableWriter(CommandContext context, bool showHeader = true)
{
    private const int MinWidth = 6;
    private const int Padding = 3;
    private const int DefaultWidth = 80;
    private const int BorderWidth = 3;

    /// <summary>Writes one table. Every row has as many cells as the header.</summary>
    public void Write(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (context.IsOutputTerminal)
        {
            Draw(header, rows);
            return;
        }

        List<IReadOnlyList<string>> lines = [.. showHeader ? [header] : Array.Empty<IReadOnlyList<string>>(), .. rows];
        var widths = Enumerable.Range(0, header.Count - 1)
            .Select(column => lines.Select(l => RuneCount(l[column]) + Padding).Append(MinWidth).Max())
            .ToList();
        foreach (var line in lines)
        {
            var padded = widths.Select((width, column) => line[column] + new string(' ', width - RuneCount(line[column])));
            context.Output.Write($"{string.Concat(padded)}{line[^1]}".TrimEnd(' ') + "\n");
        }
    }

    private void Draw(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var asked = context.TerminalWidth();
        var width = asked > 0 ? asked : DefaultWidth;
        List<IReadOnlyList<string>> lines = [.. rows];
        var widths = ColumnWidths.Fit(header, lines, width - 1 - (BorderWidth * header.Count));
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = showHeader };
        for (var column = 0; column < header.Count; column++)
        {
            var title = ColumnWidths.Wrap(header[column], widths[column]);
            table.AddColumn(new TableColumn(new CellText(title, new Style(decoration: Decoration.Bold))));
        }

        foreach (var line in lines)
        {
            table.AddRow(line.Select((cell, column) => new CellText(ColumnWidths.Wrap(cell, widths[column]))));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(context.Output),
            Ansi = context.AllowsColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = context.AllowsColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width;
        console.Write(table);
    }

    private static int RuneCount(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
