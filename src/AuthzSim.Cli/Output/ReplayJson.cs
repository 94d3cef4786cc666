using System.Text.Json.Nodes;
using AuthzSim.Authorization;
using AuthzSim.Replay;

namespace AuthzSim.Cli.Output;

/// <summary>What a replay found, for scripts.</summary>
internal static class ReplayJson
{
    public static JsonObject Of(ReplayResult result, long unreadable) => new()
    {
        ["summary"] = new JsonObject
        {
            ["events"] = result.Events,
            ["unreadable"] = unreadable,
            ["filtered"] = result.Filtered,
            ["compared"] = result.Compared,
            ["equal"] = result.Equal,
            ["nowDenied"] = result.NowDenied,
            ["nowAllowed"] = result.NowAllowed,
            ["leftOut"] = new JsonObject(ReplayTexts.LeftOut.Select(l => KeyValuePair.Create(l.Field, (JsonNode?)result.Of(l.Use)))),
        },
        ["groups"] = new JsonArray([.. result.Groups.Select(Group)]),
    };

    private static JsonObject Group(ReplayGroup group)
    {
        var json = new JsonObject { ["change"] = group.Direction == ReplayDirection.NowDenied ? "nowDenied" : "nowAllowed" };
        if (group.Key is { } key)
        {
            json["user"] = key.User;
            json["verb"] = key.Verb;
            json["apiGroup"] = key.ApiGroup;
            json["resource"] = key.Resource;
            json["subresource"] = key.Subresource;
            json["path"] = key.Path;
        }

        json["namespaces"] = Texts(group.Namespaces);
        json["moreNamespaces"] = group.HasMoreNamespaces;
        json["count"] = group.Count;
        json["first"] = ReplayTexts.Time(group.First);
        json["last"] = ReplayTexts.Time(group.Last);
        json["example"] = ExampleOf(group);
        return json;
    }

    private static JsonObject ExampleOf(ReplayGroup group)
    {
        var (example, request) = (group.Example, group.Example.ToAttributes());
        return new JsonObject
        {
            ["auditID"] = example.AuditId,
            ["location"] = example.Location.ToShortString(),
            ["requestURI"] = example.RequestUri,
            ["namespace"] = request.Namespace,
            ["name"] = request.Name,
            ["user"] = new JsonObject { ["username"] = request.User.Name, ["groups"] = Texts(request.User.Groups) },
            ["before"] = Decided(group.Before),
            ["after"] = Decided(group.After),
        };
    }

    private static JsonObject Decided(AuthorizationResult result) => new() { ["allowed"] = result.IsAllowed, ["reason"] = result.Reason };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
