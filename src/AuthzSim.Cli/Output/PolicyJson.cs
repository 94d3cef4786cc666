using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Output;

/// <summary>Bindings, roles, subjects and rules as JSON, each with the place it was read from.</summary>
internal static class PolicyJson
{
    public static JsonObject Of(RbacObject @object)
    {
        var result = new JsonObject { ["kind"] = @object.Kind };
        AddText(result, "namespace", @object.Metadata.Namespace);
        result["name"] = @object.Metadata.Name;
        AddText(result, "location", @object.Location.ToString());
        return result;
    }

    public static JsonObject Of(Subject subject, string bindingNamespace)
    {
        var result = new JsonObject { ["kind"] = subject.Kind, ["name"] = subject.Name };
        if (subject.Kind == RbacNames.ServiceAccountKind)
        {
            AddText(result, "namespace", subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace);
        }

        return result;
    }

    public static JsonObject Of(PolicyRule rule)
    {
        var result = new JsonObject();
        AddList(result, "apiGroups", rule.ApiGroups);
        AddList(result, "nonResourceURLs", rule.NonResourceUrls);
        AddList(result, "resourceNames", rule.ResourceNames);
        AddList(result, "resources", rule.Resources);
        AddList(result, "verbs", rule.Verbs);
        AddText(result, "location", rule.Location.ToString());
        return result;
    }

    /// <summary>A way in which something is allowed.</summary>
    public static JsonObject Of(AllowingPath path) => new()
    {
        ["binding"] = Of(path.Source.Binding),
        ["role"] = Of(path.Source.Role),
        ["rule"] = Of(path.Rule),
        ["subject"] = Of(path.Source.Subject, path.Source.Binding.Metadata.Namespace),
    };

    private static void AddText(JsonObject target, string name, string value)
    {
        if (value.Length > 0)
        {
            target[name] = value;
        }
    }

    private static void AddList(JsonObject target, string name, IReadOnlyCollection<string> list)
    {
        if (list.Count > 0)
        {
            target[name] = new JsonArray([.. list.Select(i => (JsonNode)i)]);
        }
    }
}
