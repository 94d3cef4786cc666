using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Matrix;

namespace AuthzSim.Formats.Answers;

/// <summary>A matrix as JSON, without its empty cells.</summary>
public static class MatrixJson
{
    /// <summary>The whole matrix as one object.</summary>
    /// <param name="matrices">The matrix, once for each namespace asked about.</param>
    public static JsonObject Of(IReadOnlyList<ResourceMatrix> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        var result = HeaderOf(matrices);
        result["subjects"] = new JsonArray([.. SubjectsOf(matrices)]);
        return result;
    }

    /// <summary>The same as text, a row at a time, so that a large matrix is never in memory as JSON.</summary>
    /// <param name="matrices">The matrix, once for each namespace asked about.</param>
    /// <param name="output">Where to; not closed.</param>
    public static void Write(IReadOnlyList<ResourceMatrix> matrices, Stream output)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        ArgumentNullException.ThrowIfNull(output);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, IndentSize = 4, NewLine = "\n" });
        json.WriteStartObject();
        foreach (var (name, value) in HeaderOf(matrices))
        {
            json.WritePropertyName(name);
            value!.WriteTo(json);
        }

        json.WriteStartArray("subjects");
        foreach (var subject in SubjectsOf(matrices))
        {
            subject.WriteTo(json);
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A subject and the groups taken into account.</summary>
    /// <param name="subject">The row.</param>
    public static JsonObject Of(MatrixSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var result = PolicyJson.Of(subject.Subject, "");
        result["groups"] = List(subject.User.Groups);
        return result;
    }

    private static IEnumerable<JsonObject> SubjectsOf(IReadOnlyList<ResourceMatrix> matrices) =>
        Enumerable.Range(0, matrices[0].Subjects.Length).Select(row => SubjectOf(matrices, row));

    private static JsonObject HeaderOf(IReadOnlyList<ResourceMatrix> matrices)
    {
        var result = new JsonObject();
        if (matrices[0].Namespace is not null)
        {
            result["namespaces"] = List(matrices.Select(m => m.Namespace!));
        }

        result["resources"] = new JsonArray([.. matrices[0].Resources.Select(Of)]);
        return result;
    }

    private static JsonObject Of(MatrixResource resource)
    {
        var result = new JsonObject();
        if (resource.Path.Length > 0)
        {
            result["path"] = resource.Path;
        }
        else
        {
            result["apiGroup"] = resource.ApiGroup;
            result["resource"] = resource.Resource;
            if (resource.Subresource.Length > 0)
            {
                result["subresource"] = resource.Subresource;
            }
        }

        result["verbs"] = List(resource.Verbs);
        return result;
    }

    private static JsonObject SubjectOf(IReadOnlyList<ResourceMatrix> matrices, int row)
    {
        var result = Of(matrices[0].Subjects[row]);
        var cells = new JsonArray();
        foreach (var matrix in matrices)
        {
            for (var column = 0; column < matrix.Resources.Length; column++)
            {
                if (Cell(matrix, row, column) is { } cell)
                {
                    cells.Add((JsonNode)cell);
                }
            }
        }

        result["access"] = cells;
        return result;
    }

    private static JsonObject? Cell(ResourceMatrix matrix, int row, int column)
    {
        var full = List(matrix.Verbs(row, column, AccessExtent.Full));
        var some = List(matrix.Verbs(row, column, AccessExtent.SomeNamespaces));
        var named = List(matrix.Verbs(row, column, AccessExtent.NamedObjects));
        if (full.Count + some.Count + named.Count == 0)
        {
            return null;
        }

        var cell = new JsonObject();
        if (matrix.Namespace is not null)
        {
            cell["namespace"] = matrix.Namespace;
        }

        cell["resource"] = matrix.Resources[column].Title;
        cell["verbs"] = full;
        if (some.Count > 0)
        {
            cell["someNamespaces"] = some;
        }

        if (named.Count > 0)
        {
            cell["namedObjects"] = named;
        }

        return cell;
    }

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);
}
