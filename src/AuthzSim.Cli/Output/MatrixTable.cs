using AuthzSim.Matrix;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Output;

/// <summary>A matrix for the eye: as many columns as the screen has room for.</summary>
internal sealed class MatrixTable(CommandContext context)
{
    private const int DefaultWidth = 80;
    private const int Separator = 3;
    private const int WidestSubject = 32;

    public void Write(IReadOnlyList<ResourceMatrix> matrices)
    {
        var resources = matrices[0].Resources;
        var isInNamespace = matrices[0].Namespace is not null;
        List<string[]> rows =
        [
            .. Enumerable.Range(0, matrices[0].Subjects.Length).SelectMany(subject => matrices.Select(matrix => (string[])
            [
                SubjectArgument.Format(matrix.Subjects[subject].Subject),
                .. isInNamespace ? [matrix.Namespace!] : Array.Empty<string>(),
                .. Enumerable.Range(0, resources.Length).Select(r => MatrixCell.Of(matrix, subject, r)),
            ])),
        ];
        string[] header = ["SUBJECT", .. isInNamespace ? ["NAMESPACE"] : Array.Empty<string>(), .. resources.Select(r => r.Title)];
        var shown = Math.Max(FittingColumns(header, rows), isInNamespace ? 3 : 2);
        new TableWriter(context).Write(header[..shown], rows.Select(r => r[..shown]));
        context.Output.Write($"\n{MatrixCell.Legend}\n{MatrixCell.LegendOfCase(isInNamespace)}\n");
        if (shown < header.Length)
        {
            var left = header.Length - shown;
            context.Output.Write(
                $"{left} more {(left == 1 ? "resource does" : "resources do")} not fit: choose with --resource, as in '--resource {header[shown]}', or see all with -o html or -o csv\n");
        }
    }

    /// <summary>How many columns a terminal has room for; a pipe takes all.</summary>
    private int FittingColumns(string[] header, List<string[]> rows)
    {
        if (!context.IsOutputTerminal)
        {
            return header.Length;
        }

        var left = (context.TerminalWidth() is > 0 and var width ? width : DefaultWidth) - 1;
        for (var column = 0; column < header.Length; column++)
        {
            var needed = rows.Select(r => r[column].Length).Append(ColumnWidths.LongestPiece(header[column])).Max();
            left -= Separator + (column == 0 ? Math.Min(needed, WidestSubject) : needed);
            if (left < 0)
            {
                return column;
            }
        }

        return header.Length;
    }
}
