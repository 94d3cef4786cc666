using System.Collections.Immutable;
using System.Text;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>An object of a kubeconfig; of a field given twice the last counts.</summary>
internal sealed class KubeconfigNode
{
    private readonly Dictionary<string, JsonValue> _fields = new(StringComparer.Ordinal);

    public static KubeconfigNode Of(JsonValue value)
    {
        var node = new KubeconfigNode();
        foreach (var (name, member) in value.IsObject ? value.Members() : [])
        {
            node._fields[name] = member;
        }

        return node;
    }

    public static string Read(string path, Func<string, string> readFile)
    {
        try
        {
            return readFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new AuthenticationConfigurationException($"invalid configuration: unable to read {path}: {e.Message}", e);
        }
    }

    public bool Has(string name) => _fields.TryGetValue(name, out var value) && !value.IsNull;

    public string Text(string name) => !Has(name) ? "" : _fields[name].IsString
        ? _fields[name].Text()
        : throw new AuthenticationConfigurationException($"invalid configuration: {name} must be a text, not {_fields[name].GoKind}");

    public bool Flag(string name) => Has(name) && _fields[name].IsTrue;

    /// <summary>What a field holds in base64 as <c>NAME-data</c>, else the file it names.</summary>
    public string Content(string name, Func<string, string> readFile)
    {
        if (Data(name, "invalid configuration") is { } data)
        {
            return Encoding.UTF8.GetString(data);
        }

        return Text(name) is { Length: > 0 } path ? Read(path, readFile) : "";
    }

    /// <summary>What a field holds in base64 as <c>NAME-data</c>; null when there is nothing.</summary>
    /// <param name="name">The field.</param>
    /// <param name="what">What is wrong when it is not base64, as texts begin.</param>
    public byte[]? Data(string name, string what)
    {
        if (Text($"{name}-data") is not { Length: > 0 } data)
        {
            return null;
        }

        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length)
            ? bytes[..length]
            : throw new AuthenticationConfigurationException($"{what}: {name}-data is not base64");
    }

    /// <summary>The texts of a list.</summary>
    public IEnumerable<string> Texts(string name) =>
        Has(name) && _fields[name].IsArray ? _fields[name].Elements().Where(e => e.IsString).Select(e => e.Text()) : [];

    /// <summary>The lists of texts of an object, by name.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Lists(string name)
    {
        var lists = Has(name) ? Of(_fields[name]) : new KubeconfigNode();
        return UserInfo.NoExtra.AddRange(lists._fields.Keys.Select(k => KeyValuePair.Create(k, lists.Texts(k).ToImmutableArray())));
    }

    /// <summary>The part of the entry of a list that has a name; null when there is no such entry.</summary>
    public KubeconfigNode? FindNamed(string list, string name, string part)
    {
        foreach (var element in Has(list) && _fields[list].IsArray ? _fields[list].Elements() : [])
        {
            var entry = Of(element);
            if (entry.Text("name") == name)
            {
                return entry.Has(part) ? Of(entry._fields[part]) : new KubeconfigNode();
            }
        }

        return null;
    }

    /// <summary>The same where a name must lead to an entry, and no name to nothing.</summary>
    public KubeconfigNode Named(string list, string name, string part) => FindNamed(list, name, part)
        ?? (name.Length == 0
            ? new KubeconfigNode()
            : throw new AuthenticationConfigurationException($"invalid configuration: {part} {GoText.Quote(name)} does not exist"));
}
