using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>
/// An <see cref="AccessSet"/> as JSON: an array of its rules, which are objects of
/// <c>namespaces</c> (<c>""</c> the cluster scope), <c>verbs</c>, <c>apiGroups</c>, <c>resources</c> (objects of
/// <c>resources</c> and <c>subresources</c>, <c>""</c> the resource itself) and <c>resourceNames</c> (<c>""</c> no name); or, for
/// URLs, of <c>verbs</c> and <c>nonResourceURLs</c>. Each is a list of values; <c>["*"]</c> is every value, and then
/// <c>exceptNamespaces</c>, <c>exceptVerbs</c> and so on list what is not meant. <c>literal</c> lists the members whose
/// <c>["*"]</c> is that one character, as <c>resourceNames</c> of a rule that names it. <c>text</c> says the rule in words.
/// </summary>
public static class AccessJson
{
    /// <summary>The rules of a set.</summary>
    /// <param name="access">The set.</param>
    public static JsonArray Of(AccessSet access)
    {
        ArgumentNullException.ThrowIfNull(access);
        return Of(access.Rules);
    }

    /// <summary>Rules.</summary>
    /// <param name="rules">The rules.</param>
    public static JsonArray Of(ImmutableArray<AccessRule> rules) => new([.. rules.Select(r => (JsonNode)Of(r))]);

    private static JsonObject Of(AccessRule rule)
    {
        var result = new JsonObject();
        if (rule is ResourceAccessRule resource)
        {
            Add(result, "namespaces", resource.Namespaces);
            Add(result, "verbs", rule.Verbs);
            Add(result, "apiGroups", resource.ApiGroups);
            result["resources"] = new JsonArray([.. resource.Resources.Select(r => (JsonNode)Of(r))]);
            Add(result, "resourceNames", resource.ResourceNames);
        }
        else if (rule is UrlAccessRule { Urls: var urls })
        {
            Add(result, "verbs", rule.Verbs);
            result["nonResourceURLs"] = ListOf(urls.Patterns.Where(p => p.IsIncluded).Select(TextOf));
            if (urls.Patterns.Any(p => !p.IsIncluded))
            {
                result["exceptNonResourceURLs"] = ListOf(urls.Patterns.Where(p => !p.IsIncluded).Select(TextOf));
            }
        }

        result["text"] = AccessText.Of(rule);
        return result;
    }

    private static JsonObject Of(ResourceSelection selection)
    {
        var result = new JsonObject();
        Add(result, "resources", selection.Resources);
        Add(result, "subresources", selection.Subresources);
        return result;
    }

    private static void Add(JsonObject target, string name, ValueSet set)
    {
        target[name] = set.IsComplement ? ListOf([RbacNames.All]) : ListOf(set.Values);
        if (set is { IsComplement: false, Values: [RbacNames.All] })
        {
            if (target["literal"] is not JsonArray literal)
            {
                target["literal"] = literal = [];
            }

            literal.Add((JsonNode)name);
        }

        if (set.IsComplement && !set.IsAll)
        {
            target[$"except{char.ToUpperInvariant(name[0])}{name[1..]}"] = ListOf(set.Values);
        }
    }

    private static string TextOf(UrlPattern pattern) => pattern.IsPrefix ? pattern.Text + "*" : pattern.Text;

    private static JsonArray ListOf(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);
}
