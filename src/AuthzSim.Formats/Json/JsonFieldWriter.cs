using System.Text.Json;
using AuthzSim.Formats.Manifests;

namespace AuthzSim.Formats.Json;

/// <summary>Writes fields as JSON.</summary>
internal sealed class JsonFieldWriter(Utf8JsonWriter json) : IFieldWriter
{
    public void Text(string name, string value) => json.WriteString(name, value);

    public void Texts(string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    public void Map(string name, IEnumerable<KeyValuePair<string, string>> entries) => Object(name, _ =>
    {
        foreach (var (key, value) in entries)
        {
            json.WriteString(key, value);
        }
    });

    public void Object(string name, Action<IFieldWriter> fields)
    {
        json.WriteStartObject(name);
        fields(this);
        json.WriteEndObject();
    }

    public void Objects<T>(string name, IReadOnlyList<T> items, Action<IFieldWriter, T> fields)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            fields(this, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
