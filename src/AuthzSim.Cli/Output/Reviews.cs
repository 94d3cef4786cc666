using System.Text.Json.Nodes;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Output;

/// <summary>
/// Answers as objects of <c>authorization.k8s.io/v1</c>, members in the order of upstream's Go types
/// (<c>k8s.io/api/authorization/v1/types.go</c>) and empty ones left out as there.
/// </summary>
internal static class Reviews
{
    private const string ApiVersion = "authorization.k8s.io/v1";

    public static JsonObject SubjectAccessReview(in RequestAttributes attributes, AuthorizationResult answer)
    {
        var user = attributes.User;
        var spec = attributes.IsResourceRequest
            ? new JsonObject
            {
                ["resourceAttributes"] = Sparse(
                    ("namespace", attributes.Namespace),
                    ("verb", attributes.Verb),
                    ("group", attributes.ApiGroup),
                    ("resource", attributes.Resource),
                    ("subresource", attributes.Subresource),
                    ("name", attributes.Name)),
            }
            : new JsonObject { ["nonResourceAttributes"] = Sparse(("path", attributes.Path), ("verb", attributes.Verb)) };
        AddText(spec, "user", user.Name);
        AddList(spec, "groups", user.Groups);
        if (user.Extra.Count > 0)
        {
            spec["extra"] = new JsonObject(user.Extra.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, ListOf(e.Value))));
        }

        AddText(spec, "uid", user.Uid);
        var status = new JsonObject { ["allowed"] = answer.IsAllowed };
        if (answer.Decision == Decision.Deny)
        {
            status["denied"] = true;
        }

        AddText(status, "reason", answer.Reason);
        AddText(status, "evaluationError", answer.EvaluationError);
        return Review("SubjectAccessReview", spec, status);
    }

    public static JsonObject SelfSubjectRulesReview(string @namespace, RulesForResult rules)
    {
        var status = new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.ResourceRules.Select(ResourceRule)]),
            ["nonResourceRules"] = new JsonArray([.. rules.NonResourceRules.Select(NonResourceRule)]),
            ["incomplete"] = false,
        };
        AddText(status, "evaluationError", rules.EvaluationError);
        return Review("SelfSubjectRulesReview", Sparse(("namespace", @namespace)), status);
    }

    /// <summary>A user as reviews of <c>authentication.k8s.io</c> have it.</summary>
    public static JsonObject UserInfo(UserInfo user)
    {
        var result = Sparse(("username", user.Name), ("uid", user.Uid));
        AddList(result, "groups", user.Groups);
        if (user.Extra.Count > 0)
        {
            result["extra"] = new JsonObject(user.Extra.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, ListOf(e.Value))));
        }

        return result;
    }

    public static JsonObject List(IEnumerable<JsonObject> items) => new()
    {
        ["kind"] = "List",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. items]),
    };

    private static JsonObject Review(string kind, JsonObject spec, JsonObject status) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = ApiVersion,
        ["metadata"] = new JsonObject(),
        ["spec"] = spec,
        ["status"] = status,
    };

    private static JsonObject ResourceRule(PolicyRule rule)
    {
        var result = new JsonObject { ["verbs"] = ListOf(rule.Verbs) };
        AddList(result, "apiGroups", rule.ApiGroups);
        AddList(result, "resources", rule.Resources);
        AddList(result, "resourceNames", rule.ResourceNames);
        return result;
    }

    private static JsonObject NonResourceRule(PolicyRule rule)
    {
        var result = new JsonObject { ["verbs"] = ListOf(rule.Verbs) };
        AddList(result, "nonResourceURLs", rule.NonResourceUrls);
        return result;
    }

    private static JsonObject Sparse(params ReadOnlySpan<(string Name, string Value)> members)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
        {
            AddText(result, name, value);
        }

        return result;
    }

    private static void AddText(JsonObject target, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            target[name] = value;
        }
    }

    private static void AddList(JsonObject target, string name, IReadOnlyCollection<string> list)
    {
        if (list.Count > 0)
        {
            target[name] = ListOf(list);
        }
    }

    private static JsonArray ListOf(IEnumerable<string> list) => new([.. list.Select(i => (JsonNode)i)]);
}
