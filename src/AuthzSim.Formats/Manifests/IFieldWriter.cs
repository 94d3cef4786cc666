namespace AuthzSim.Formats.Manifests;

/// <summary>Writes the fields of an object; both formats have one.</summary>
internal interface IFieldWriter
{
    void Text(string name, string value);

    void Texts(string name, IReadOnlyList<string> values);

    void Map(string name, IEnumerable<KeyValuePair<string, string>> entries);

    void Object(string name, Action<IFieldWriter> fields);

    void Objects<T>(string name, IReadOnlyList<T> items, Action<IFieldWriter, T> fields);
}
