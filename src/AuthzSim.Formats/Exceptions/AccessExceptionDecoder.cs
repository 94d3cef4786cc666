using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Exceptions;

/// <summary>One document as an exception, with every problem in it.</summary>
internal sealed class AccessExceptionDecoder(ManifestDocument document)
{
    private readonly List<Diagnostic> _problems = [];

    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>The exception; null when there is a problem.</summary>
    public AccessException? Decode()
    {
        using var json = JsonDocument.Parse(document.Json, new JsonDocumentOptions { MaxDepth = 256 });
        var fields = FieldsOf(json.RootElement, "", "apiVersion", "kind", "metadata", "subjects", "rules", "namespaces", "reason", "expires");
        var subjects = ListOf(fields, "subjects", "name who may gain it, as in a binding", SubjectOf);
        var rules = ListOf(fields, "rules", "say what may be gained, as in a role", RuleOf);
        var namespaces = fields.ContainsKey("namespaces") ? TextsOf(fields, "", "namespaces") : [];
        var reason = TextOf(fields, "", "reason");
        if (reason.Length == 0)
        {
            Report("reason", "missing: say why this was agreed on");
        }

        var text = TextOf(fields, "", "expires");
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var expires))
        {
            Report("expires", "expected the last day on which it counts, such as 2027-01-31");
        }

        if (fields.ContainsKey("namespaces") && namespaces.IsEmpty)
        {
            Report("namespaces", "empty: name the namespaces, or leave the field out for everywhere");
        }

        return _problems.Count > 0 ? null : new AccessException(subjects, AccessOf(rules, namespaces), reason, expires, document.Location);
    }

    private static AccessSet AccessOf(ImmutableArray<PolicyRule> rules, ImmutableArray<string> namespaces) => namespaces.IsEmpty
        ? AccessSet.ClusterWide(rules)
        : namespaces.Aggregate(AccessSet.Empty, (set, name) => set.Union(AccessSet.InNamespace(name, rules)));

    private Subject SubjectOf(JsonElement element, string path)
    {
        var fields = FieldsOf(element, path, "kind", "apiGroup", "name", "namespace");
        var (kind, name, @namespace) = (TextOf(fields, path, "kind"), TextOf(fields, path, "name"), TextOf(fields, path, "namespace"));
        if (name.Length == 0)
        {
            Report(path + ".name", "missing");
        }

        switch (kind)
        {
            case RbacNames.UserKind: return Subject.User(name);
            case RbacNames.GroupKind: return Subject.Group(name);
            case RbacNames.ServiceAccountKind when @namespace.Length > 0: return Subject.ServiceAccount(@namespace, name);
            case RbacNames.ServiceAccountKind:
                Report(path + ".namespace", "missing: a service account is in a namespace");
                break;
            default:
                Report(path + ".kind", $"expected {RbacNames.UserKind}, {RbacNames.GroupKind} or {RbacNames.ServiceAccountKind}");
                break;
        }

        return new Subject();
    }

    private PolicyRule RuleOf(JsonElement element, string path)
    {
        var fields = FieldsOf(element, path, "verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs");
        var rule = new PolicyRule
        {
            Verbs = TextsOf(fields, path, "verbs"),
            ApiGroups = TextsOf(fields, path, "apiGroups"),
            Resources = TextsOf(fields, path, "resources"),
            ResourceNames = TextsOf(fields, path, "resourceNames"),
            NonResourceUrls = TextsOf(fields, path, "nonResourceURLs"),
        };
        if (rule.Verbs.IsEmpty)
        {
            Report(path + ".verbs", "missing: the rule agrees to nothing");
        }

        if (rule.NonResourceUrls.IsEmpty && (rule.Resources.IsEmpty || rule.ApiGroups.IsEmpty))
        {
            Report(path, "the rule agrees to nothing: give `apiGroups` and `resources`, or `nonResourceURLs`");
        }

        return rule;
    }

    private ImmutableArray<T> ListOf<T>(Dictionary<string, JsonElement> fields, string name, string way, Func<JsonElement, string, T> decode)
    {
        if (!fields.TryGetValue(name, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            Report(name, $"expected a list: {way}");
            return [];
        }

        return [.. list.EnumerateArray().Select((item, i) => decode(item, $"{name}[{i}]"))];
    }

    private ImmutableArray<string> TextsOf(Dictionary<string, JsonElement> fields, string path, string name)
    {
        if (!fields.TryGetValue(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String))
        {
            return [.. list.EnumerateArray().Select(i => i.GetString()!)];
        }

        Report(Joined(path, name), "expected a list of strings");
        return [];
    }

    private string TextOf(Dictionary<string, JsonElement> fields, string path, string name)
    {
        if (!fields.TryGetValue(name, out var text) || text.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        if (text.ValueKind == JsonValueKind.String)
        {
            return text.GetString()!;
        }

        Report(Joined(path, name), "expected a string");
        return "";
    }

    private Dictionary<string, JsonElement> FieldsOf(JsonElement element, string path, params ReadOnlySpan<string> known)
    {
        Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object)
        {
            Report(path, "expected an object");
            return fields;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                Report(Joined(path, member.Name), $"unknown field; known are {string.Join(", ", known!)}");
            }
            else if (!fields.TryAdd(member.Name, member.Value))
            {
                Report(Joined(path, member.Name), "given twice");
            }
        }

        return fields;
    }

    private void Report(string field, string message) => _problems.Add(new Diagnostic(
        document.LocationOf(field), DiagnosticSeverity.Error, DiagnosticCodes.Invalid, $"{AccessExceptionFile.Kind}: {field}: {message}"));

    private static string Joined(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
