using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>Bindings, roles, subjects and rules as JSON, each with the place it was read from.</summary>
public static class PolicyJson
{
    /// <summary>A binding or role: <c>kind</c>, <c>namespace</c>, <c>name</c>, <c>location</c> (path:line:column).</summary>
    /// <param name="object">The binding or role.</param>
    public static JsonObject Of(RbacObject @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        var result = new JsonObject { ["kind"] = @object.Kind };
        AddText(result, "namespace", @object.Metadata.Namespace);
        result["name"] = @object.Metadata.Name;
        AddText(result, "location", @object.Location.ToString());
        return result;
    }

    /// <summary>A subject: <c>kind</c>, <c>name</c>, and <c>namespace</c> of a service account.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="bindingNamespace">The namespace of the binding it stands in, which a service account without one is in.</param>
    public static JsonObject Of(Subject subject, string bindingNamespace)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var result = new JsonObject { ["kind"] = subject.Kind, ["name"] = subject.Name };
        if (subject.Kind == RbacNames.ServiceAccountKind)
        {
            AddText(result, "namespace", subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace);
        }

        return result;
    }

    /// <summary>A rule with the lists that it has, and <c>location</c>.</summary>
    /// <param name="rule">The rule.</param>
    public static JsonObject Of(PolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
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
