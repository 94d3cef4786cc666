using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Manifests;

/// <summary>Guesses what an unknown field was meant to be.</summary>
internal static class FieldHints
{
    private const int FarthestTypo = 2;
    private const int LongestCompared = 40;

    /// <summary>Text to put after "unknown field": the nearest known field, or the object it belongs in, or nothing.</summary>
    public static string For(string name, FieldTable table)
    {
        if (Nearest(name, table.Names) is { } meant)
        {
            return $": did you mean `{meant}`?";
        }

        if (Owner(name, table) is { } owner)
        {
            return $": it is a field of {owner}: was its indentation lost?";
        }

        return $": known here are {string.Join(", ", table.Names.Take(6).Select(n => $"`{n}`"))}{(table.Names.Count > 6 ? ", …" : "")}";
    }

    /// <summary>The candidate that differs in case or by at most two edits (one, for short words), or null.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LongestCompared)
        {
            return null;
        }

        var best = candidates
            .Select(c => (Name: c, Distance: string.Equals(c, name, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(name, c)))
            .MinBy(c => c.Distance);
        return best.Name is not null && best.Distance <= (name.Length <= 3 ? 1 : FarthestTypo) ? best.Name : null;
    }

    private static string? Owner(string name, FieldTable table) => table switch
    {
        _ when table != FieldTables.Metadata && FieldTables.Metadata.IndexOf(name) >= 0 => "`metadata`",
        _ when table == FieldTables.Role || table == FieldTables.ClusterRole =>
            FieldTables.Rule.IndexOf(name) >= 0 ? "a rule" : null,
        _ when table == FieldTables.Binding =>
            FieldTables.Subject.IndexOf(name) >= 0 ? "`roleRef` or of a subject" : null,
        _ => null,
    };

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
