using System.Text.Encodings.Web;
using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.Formats.Yaml;
using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>
/// Writes RBAC objects as manifests. What is written reads back as the same object. A rule always has its verbs and a role its
/// rules; every other empty field is left out.
/// </summary>
public static class ManifestWriter
{
    private const int PendingBytes = 1 << 16;

    /// <summary>
    /// Writes YAML documents in kubectl's style: two blanks of indentation, lists not indented below their key, apiVersion, kind
    /// and metadata first and the other fields in alphabetical order. Several documents are parted by <c>---</c>.
    /// </summary>
    /// <param name="objects">What to write.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteYaml(IEnumerable<RbacObject> objects, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(writer);
        var first = true;
        foreach (var item in objects)
        {
            if (!first)
            {
                writer.Write("---\n");
            }

            first = false;
            ManifestFields.WriteObject(new YamlFieldWriter(writer, indent: 0), item);
        }
    }

    /// <summary>Writes a <c>v1</c> List as indented JSON, each object as it comes: memory does not grow with their number.</summary>
    /// <param name="objects">What to write.</param>
    /// <param name="stream">Where to; not closed.</param>
    public static void WriteJson(IEnumerable<RbacObject> objects, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(stream);
        var options = new JsonWriterOptions { Indented = true, IndentSize = 4, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "List");
            json.WriteStartArray("items");
            var fields = new JsonFieldWriter(json);
            foreach (var item in objects)
            {
                json.WriteStartObject();
                ManifestFields.WriteObject(fields, item);
                json.WriteEndObject();
                if (json.BytesPending > PendingBytes)
                {
                    json.Flush();
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Writes one rule as an element of a <c>rules:</c> list, to be pasted under it.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="indent">Blanks before its <c>-</c>.</param>
    public static void WriteRuleYaml(PolicyRule rule, TextWriter writer, int indent)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentOutOfRangeException.ThrowIfNegative(indent);
        new YamlFieldWriter(writer, indent).Item(fields => ManifestFields.WriteRule(fields, rule));
    }
}
