using AuthzSim.Authentication.Tokens;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Reads JSON into fields as the API server's strict decoder does (upstream: <c>sigs.k8s.io/json.UnmarshalStrict</c>): names
/// with case, null the same as absent, the first value of a wrong type spoils all, unknown and repeated fields are listed.
/// </summary>
/// <param name="package">The Go package of the types, as texts name it: <c>v1</c>.</param>
/// <param name="isFromYaml">True when the JSON stands for YAML: members come by name, and of a repeated one the last.</param>
internal sealed class StrictDecoder(string package, bool isFromYaml)
{
    private const int MostErrors = 100;
    private readonly List<string> _strictErrors = [];

    /// <summary>What is wrong with the type of a value, in Go's words; null when nothing is.</summary>
    public string? TypeError { get; private set; }

    /// <summary>Unknown and repeated fields in the order met.</summary>
    public IReadOnlyList<string> StrictErrors => _strictErrors;

    /// <summary>The members of a struct that has the fields named.</summary>
    public IEnumerable<(string Name, JsonValue Value, FieldSpot Spot)> Fields(
        JsonValue value, FieldSpot spot, string type, params string[] known)
    {
        if (!value.IsObject)
        {
            Mismatch(value, spot, $"{package}.{type}");
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, member) in Members(value))
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                Complain($"unknown field \"{spot.Child(name, type).Path}\"");
                continue;
            }

            var child = spot.Child(name, type);
            if (!seen.Add(name))
            {
                Complain($"duplicate field \"{child.Path}\"");
            }

            if (!member.IsNull)
            {
                yield return (name, member, child);
            }
        }
    }

    /// <summary>The elements of a list.</summary>
    public List<T> List<T>(JsonValue value, FieldSpot spot, string goType, Func<JsonValue, FieldSpot, T> element)
    {
        if (value.IsArray)
        {
            return [.. value.Elements().Select((e, i) => element(e, spot.Element(i)))];
        }

        Mismatch(value, spot, $"[]{goType}");
        return [];
    }

    /// <summary>The elements of a list of structs.</summary>
    public List<T> Structs<T>(JsonValue value, FieldSpot spot, string type, Func<JsonValue, FieldSpot, T> element) =>
        List(value, spot, $"{package}.{type}", element);

    /// <summary>A string; <c>""</c> for null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="spot">The field.</param>
    /// <param name="goType">The Go type when it is not <c>string</c> itself.</param>
    public string Text(JsonValue value, FieldSpot spot, string? goType = null)
    {
        if (value.IsString)
        {
            return value.Text();
        }

        Mismatch(value, spot, goType is null ? "string" : $"{package}.{goType}");
        return "";
    }

    /// <summary>A boolean; false for null.</summary>
    public bool Flag(JsonValue value, FieldSpot spot)
    {
        if (value.IsBoolean)
        {
            return value.IsTrue;
        }

        Mismatch(value, spot, "bool");
        return false;
    }

    private IEnumerable<JsonMember> Members(JsonValue value)
    {
        var members = value.Members();
        if (!isFromYaml)
        {
            return members;
        }

        var last = new Dictionary<string, JsonMember>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            last[member.Name] = member;
        }

        return last.Values.Order(Comparer<JsonMember>.Create((a, b) => GoText.CompareBytes(a.Name, b.Name)));
    }

    private void Mismatch(JsonValue value, FieldSpot spot, string goType)
    {
        if (!value.IsNull)
        {
            TypeError ??= spot.Struct is null
                ? $"json: cannot unmarshal {value.GoKind} into Go value of type {goType}"
                : $"json: cannot unmarshal {value.GoKind} into Go struct field {spot.Struct}.{spot.GoPath} of type {goType}";
        }
    }

    private void Complain(string error)
    {
        if (_strictErrors.Count < MostErrors)
        {
            _strictErrors.Add(error);
        }
    }
}

/// <summary>Where a value stands, as the texts about it say.</summary>
/// <param name="Path">The field path with indexes; <c>""</c> for the whole.</param>
/// <param name="GoPath">The field path as Go's type errors have it: without indexes.</param>
/// <param name="Struct">The innermost struct; null for the whole.</param>
internal sealed record FieldSpot(string Path, string GoPath, string? Struct)
{
    public static FieldSpot Root { get; } = new("", "", null);

    public FieldSpot Child(string name, string type) => new(Join(Path, name), Join(GoPath, name), type);

    public FieldSpot Element(int index) => this with { Path = $"{Path}[{index}]" };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
