using AuthzSim.Formats.Manifests;

namespace AuthzSim.Formats.Yaml;

/// <summary>Writes fields as block YAML. The first field of a list element stands on the line of its dash.</summary>
internal sealed class YamlFieldWriter(TextWriter writer, int indent) : IFieldWriter
{
    private const int Step = 2;
    private bool _isAfterDash;
    private int _count;

    public void Text(string name, string value) => Line(name, " " + YamlText.Quote(value));

    public void Texts(string name, IReadOnlyList<string> values)
    {
        Line(name, values.Count == 0 ? " []" : "");
        foreach (var value in values)
        {
            Blanks();
            writer.Write($"- {YamlText.Quote(value)}\n");
        }
    }

    public void Map(string name, IEnumerable<KeyValuePair<string, string>> entries) => Object(name, fields =>
    {
        foreach (var (key, value) in entries)
        {
            fields.Text(key, value);
        }
    });

    public void Object(string name, Action<IFieldWriter> fields)
    {
        using var written = new StringWriter();
        var inner = new YamlFieldWriter(written, indent + Step);
        fields(inner);
        Line(name, inner._count == 0 ? " {}" : "");
        writer.Write(written.ToString());
    }

    public void Objects<T>(string name, IReadOnlyList<T> items, Action<IFieldWriter, T> fields)
    {
        Line(name, items.Count == 0 ? " []" : "");
        foreach (var item in items)
        {
            Item(f => fields(f, item));
        }
    }

    /// <summary>One element of a list whose dash stands at this writer's indentation.</summary>
    public void Item(Action<IFieldWriter> fields)
    {
        Blanks();
        writer.Write("- ");
        var inner = new YamlFieldWriter(writer, indent + Step) { _isAfterDash = true };
        fields(inner);
        if (inner._count == 0)
        {
            writer.Write("{}\n");
        }
    }

    private void Line(string name, string rest)
    {
        if (!_isAfterDash)
        {
            Blanks();
        }

        _isAfterDash = false;
        _count++;
        writer.Write($"{YamlText.Quote(name)}:{rest}\n");
    }

    private void Blanks()
    {
        for (var i = 0; i < indent; i++)
        {
            writer.Write(' ');
        }
    }
}
