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
            for (var column = 0; column < widths.Count; column++)
            {
                context.Output.Write(line[column]);
                context.Output.Write(new string(' ', widths[column] - RuneCount(line[column])));
            }

            context.Output.Write(line[^1]);
            context.Output.Write('\n');
        }
    }

    private void Draw(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = showHeader };
        foreach (var title in header)
        {
            table.AddColumn(new TableColumn(new CellText(title, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new CellText(cell)));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(context.Output),
            Ansi = context.AllowsColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = context.AllowsColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        var width = context.TerminalWidth();
        console.Profile.Width = width > 0 ? width : DefaultWidth;
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
