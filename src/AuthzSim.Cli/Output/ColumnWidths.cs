using System.Buffers;
using System.Text;

namespace AuthzSim.Cli.Output;

/// <summary>Fits tables of long names into a screen: cells wrap where names have their joints, after <c>/ : - .</c> and blanks.</summary>
internal static class ColumnWidths
{
    private static readonly SearchValues<char> _joints = SearchValues.Create("/:-., ");

    /// <summary>
    /// The width of each column: what it needs, the widest cut down to one width until all fit. Headers stay whole, and so do
    /// the pieces between joints, the longest of them cut first, where there is room for that.
    /// </summary>
    public static int[] Fit(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows, int available)
    {
        var columns = Enumerable.Range(0, header.Count).ToArray();
        int[] none = [.. columns.Select(_ => 1)];
        int[] headerPieces = [.. header.Select(LongestPiece)];
        int[] headers = [.. header.Select(h => h.Length)];
        int[] pieces = [.. columns.Select(c => rows.Select(r => LongestPiece(r[c])).Append(headers[c]).Max())];
        int[] needed = [.. columns.Select(c => rows.Select(r => r[c].Length).Append(headers[c]).Max())];
        return new[] { headerPieces, headers, pieces, needed }.Aggregate(none, (least, wanted) => Widen(least, wanted, available));
    }

    /// <summary>As near to what is wanted as fits, and nowhere less than the least.</summary>
    private static int[] Widen(int[] least, int[] wanted, int available)
    {
        for (var limit = wanted.Max(); limit > 1; limit--)
        {
            int[] widths = [.. wanted.Zip(least, (w, l) => Math.Max(l, Math.Min(w, limit)))];
            if (widths.Sum() <= available)
            {
                return widths;
            }
        }

        return least;
    }

    /// <summary>The text in lines of at most that width.</summary>
    public static string Wrap(string text, int width)
    {
        var result = new StringBuilder(text.Length + 8);
        while (text.Length > width)
        {
            var joint = text.AsSpan(0, width).LastIndexOfAny(_joints);
            var end = joint > 0 ? joint + 1 : char.IsHighSurrogate(text[width - 1]) && width > 1 ? width - 1 : width;
            result.Append(text.AsSpan(0, end)).Append('\n');
            text = text[end..];
        }

        return result.Append(text).ToString();
    }

    /// <summary>The length of the longest piece between joints.</summary>
    public static int LongestPiece(string text)
    {
        var longest = 0;
        for (var start = 0; start < text.Length;)
        {
            var joint = text.AsSpan(start).IndexOfAny(_joints);
            var length = joint < 0 ? text.Length - start : joint + 1;
            longest = Math.Max(longest, length);
            start += length;
        }

        return longest;
    }
}
