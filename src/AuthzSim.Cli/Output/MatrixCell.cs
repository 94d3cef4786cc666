using System.Text;
using AuthzSim.Matrix;

namespace AuthzSim.Cli.Output;

/// <summary>A cell of a matrix in letters: capitals for what is allowed to the full, small ones for less.</summary>
internal static class MatrixCell
{
    private const string Letters = "GLWCUPDX";

    /// <summary>What stands in a cell where nothing is allowed.</summary>
    public const string Nothing = "-";

    /// <summary>What the letters mean.</summary>
    public static string Legend { get; } = string.Join("  ", MatrixResource.StandardVerbs.Select((verb, i) => $"{Letters[i]} {verb}"));

    /// <summary>What capitals and small letters mean.</summary>
    public static string LegendOfCase(bool isInNamespace) => isInNamespace
        ? "capitals: any object in the namespace; small letters: only objects that rules name"
        : "capitals: in every namespace; small letters: only in some, or only objects that rules name (ask with -n)";

    /// <summary>A letter for each standard verb the column has, each in its place, then other verbs in words.</summary>
    public static string Of(ResourceMatrix matrix, int subject, int resource)
    {
        var verbs = matrix.Resources[resource].Verbs;
        var letters = new StringBuilder();
        var words = new StringBuilder();
        var isAny = false;
        for (var i = 0; i < verbs.Length; i++)
        {
            var extent = matrix[subject, resource, i];
            var place = MatrixResource.StandardVerbs.IndexOf(verbs[i]);
            if (place >= 0)
            {
                isAny |= extent != AccessExtent.None;
                letters.Append(extent == AccessExtent.None ? '-' : Cased(Letters[place].ToString(), extent)[0]);
            }
            else if (extent != AccessExtent.None)
            {
                words.Append(words.Length == 0 ? "" : " ").Append(Cased(verbs[i], extent));
            }
        }

        return (isAny, words.Length) switch
        {
            (false, 0) => Nothing,
            (false, _) => words.ToString(),
            (true, 0) => letters.ToString(),
            _ => $"{letters} {words}",
        };
    }

    private static string Cased(string text, AccessExtent extent) =>
        extent == AccessExtent.Full ? text.ToUpperInvariant() : text.ToLowerInvariant();
}
