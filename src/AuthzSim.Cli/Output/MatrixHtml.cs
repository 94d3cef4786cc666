using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AuthzSim.Matrix;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Output;

/// <summary>
/// A matrix as one page that needs no network: the data as JSON, whose encoder leaves nothing that could end a script, and
/// a script that draws only the rows on the screen.
/// </summary>
internal static class MatrixHtml
{
    private const string Page = "matrix.html";
    private const string Place = "/*DATA*/";

    private static readonly string[] _reading = ["get", "list", "watch"];
    private static readonly string[] _powers = ["bind", "escalate", "impersonate", "approve", "sign"];

    public static void Write(IReadOnlyList<ResourceMatrix> matrices, TextWriter output)
    {
        var page = ReadPage();
        var place = page.IndexOf(Place, StringComparison.Ordinal);
        output.Write(page.AsSpan(0, place));
        OutputStream.Use(output, stream => WriteData(matrices, stream));
        output.Write(page.AsSpan(place + Place.Length));
    }

    private static string ReadPage()
    {
        using var stream = typeof(MatrixHtml).Assembly.GetManifestResourceStream(Page)
            ?? throw new InvalidOperationException($"the assembly lacks its resource {Page}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static bool WriteData(IReadOnlyList<ResourceMatrix> matrices, Stream stream)
    {
        var namespaces = matrices.Select(m => m.Namespace).OfType<string>().ToList();
        var resources = matrices[0].Resources;
        var cells = new CellPalette();
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("title", namespaces.Count == 0 ? "Who may do what in the cluster" : $"Who may do what in {string.Join(", ", namespaces)}");
        json.WriteString("legend", $"{MatrixCell.Legend}; {MatrixCell.LegendOfCase(namespaces.Count > 0)}");
        json.WriteString("full", namespaces.Count > 0 ? "on every object" : "everywhere");
        WriteList(json, "resources", resources.Select(r => r.Title));
        WriteList(json, "verbs", resources.SelectMany(r => r.Verbs).Distinct(StringComparer.Ordinal));
        json.WriteStartArray("rows");
        for (var row = 0; row < matrices[0].Subjects.Length; row++)
        {
            foreach (var matrix in matrices)
            {
                WriteRow(json, matrix, row, cells);
            }

            json.Flush();
        }

        json.WriteEndArray();
        cells.Write(json);
        json.WriteEndObject();
        return true;
    }

    private static void WriteRow(Utf8JsonWriter json, ResourceMatrix matrix, int row, CellPalette cells)
    {
        var subject = matrix.Subjects[row].Subject;
        var name = subject.Kind == RbacNames.ServiceAccountKind ? $"{subject.Namespace}/{subject.Name}" : subject.Name;
        json.WriteStartObject();
        json.WriteString("kind", subject.Kind);
        json.WriteString("name", name);
        json.WriteString("search", $"{subject.Kind} {name} {matrix.Namespace}".ToLowerInvariant());
        if (matrix.Namespace is not null)
        {
            json.WriteString("namespace", matrix.Namespace);
        }

        json.WriteStartArray("cells");
        for (var column = 0; column < matrix.Resources.Length; column++)
        {
            json.WriteNumberValue(cells.PlaceOf(matrix, row, column));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>The cells there are, each once: of a million hardly a hundred differ.</summary>
    private sealed class CellPalette
    {
        private readonly Dictionary<(string Verbs, string Extents), int> _places = [];
        private readonly List<string> _verbs = [];
        private readonly List<(string Text, int Heat, ImmutableArray<string>[] Verbs)> _cells = [];

        public int PlaceOf(ResourceMatrix matrix, int row, int column)
        {
            // Small letters stand for two extents, so the text alone does not say which cell it is.
            var extents = string.Create(matrix.Resources[column].Verbs.Length, (matrix, row, column), static (span, cell) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = (char)('0' + (int)cell.matrix[cell.row, cell.column, i]);
                }
            });
            var key = (VerbsOf(matrix, column), extents);
            if (!_places.TryGetValue(key, out var place))
            {
                ImmutableArray<string>[] verbs =
                [
                    [.. matrix.Verbs(row, column, AccessExtent.Full)],
                    [.. matrix.Verbs(row, column, AccessExtent.SomeNamespaces)],
                    [.. matrix.Verbs(row, column, AccessExtent.NamedObjects)],
                ];
                _places.Add(key, place = _cells.Count);
                _cells.Add((MatrixCell.Of(matrix, row, column), HeatOf(verbs, matrix.Resources[column].Verbs.Length), verbs));
            }

            return place;
        }

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartArray("cells");
            foreach (var (text, heat, verbs) in _cells)
            {
                json.WriteStartObject();
                json.WriteString("text", text);
                json.WriteNumber("heat", heat);
                WriteList(json, "full", verbs[0]);
                WriteList(json, "some", verbs[1]);
                WriteList(json, "named", verbs[2]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        private string VerbsOf(ResourceMatrix matrix, int column)
        {
            while (_verbs.Count <= column)
            {
                _verbs.Add(string.Join(' ', matrix.Resources[_verbs.Count].Verbs));
            }

            return _verbs[column];
        }

        private static int HeatOf(ImmutableArray<string>[] verbs, int asked)
        {
            var limited = verbs[1].AddRange(verbs[2]);
            return (verbs[0].Length == asked && verbs[0].Any(IsWriting)) || verbs[0].Any(_powers.Contains) ? 5
                : verbs[0].Any(IsWriting) ? 4
                : limited.Any(IsWriting) ? 3
                : verbs[0].Length > 0 ? 2
                : limited.Length > 0 ? 1
                : 0;
        }

        private static bool IsWriting(string verb) => !_reading.Contains(verb);
    }
}
