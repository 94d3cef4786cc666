using System.Buffers;
using AuthzSim.Matrix;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Output;

/// <summary>A matrix as CSV (RFC 4180), a line for each verb allowed.</summary>
internal static class MatrixCsv
{
    private const string Everywhere = "*";

    /// <summary>What each line has.</summary>
    private static readonly string[] _header = ["kind", "subject", "subject_namespace", "namespace", "api_group", "resource", "verb", "extent"];

    // A spreadsheet takes a text that begins so for a formula.
    private static readonly SearchValues<char> _formula = SearchValues.Create("=+-@\t\r");
    private static readonly SearchValues<char> _quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Writes all that is allowed.</summary>
    public static void Write(IReadOnlyList<ResourceMatrix> matrices, TextWriter output)
    {
        WriteLine(output, _header);
        for (var subject = 0; subject < matrices[0].Subjects.Length; subject++)
        {
            foreach (var matrix in matrices)
            {
                Write(matrix, subject, output);
            }
        }
    }

    private static void Write(ResourceMatrix matrix, int row, TextWriter output)
    {
        var subject = matrix.Subjects[row].Subject;
        for (var column = 0; column < matrix.Resources.Length; column++)
        {
            var resource = matrix.Resources[column];
            for (var verb = 0; verb < resource.Verbs.Length; verb++)
            {
                var extent = matrix[row, column, verb];
                if (extent != AccessExtent.None)
                {
                    WriteLine(
                        output,
                        subject.Kind,
                        subject.Name,
                        subject.Kind == RbacNames.ServiceAccountKind ? subject.Namespace : "",
                        matrix.Namespace ?? (extent == AccessExtent.Full ? Everywhere : ""),
                        resource.ApiGroup,
                        resource.Path.Length > 0 ? resource.Path : resource.Subresource.Length > 0 ? $"{resource.Resource}/{resource.Subresource}" : resource.Resource,
                        resource.Verbs[verb],
                        WordOf(extent));
                }
            }
        }
    }

    private static string WordOf(AccessExtent extent) => extent switch
    {
        AccessExtent.NamedObjects => "named-objects",
        AccessExtent.SomeNamespaces => "some-namespaces",
        _ => "full",
    };

    private static void WriteLine(TextWriter output, params ReadOnlySpan<string> fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                output.Write(',');
            }

            output.Write(Field(fields[i]));
        }

        output.Write("\r\n");
    }

    private static string Field(string text)
    {
        var harmless = text.Length > 0 && _formula.Contains(text[0]) ? "'" + text : text;
        return harmless.AsSpan().ContainsAny(_quoted) ? $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : harmless;
    }
}
