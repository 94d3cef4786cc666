using System.Globalization;
using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>
/// Roles and bindings that one client alone writes, one write after the other, and what it knows of them: how each was last
/// acknowledged, and what was sent since without an answer.
/// </summary>
internal sealed class OwnedObjects(int owner, int seed)
{
    private const string Group = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
    private const int Names = 8;

    private readonly Random _random = new(seed);
    private readonly SortedDictionary<(string Resource, string Name), Known> _known = Start(owner);
    private int _written;

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How many writes had no answer when the server went, and were found to be made, and not to be made.</summary>
    public (int Made, int Lost) Unanswered { get; private set; }

    /// <summary>The greatest resourceVersion that an answer has had.</summary>
    public long Version { get; private set; }

    /// <summary>Every resourceVersion that an object was acknowledged with.</summary>
    public HashSet<long> Versions { get; } = [];

    /// <summary>Writes until the server is gone.</summary>
    /// <param name="client">A client of the server.</param>
    /// <param name="acknowledged">Is told of every write that is acknowledged.</param>
    public async Task WriteAsync(HttpClient client, Action acknowledged)
    {
        while (true)
        {
            var key = _known.Keys.ElementAt(_random.Next(_known.Count));
            var known = _known[key];
            var (method, wanted, contentType) = Next(key, known.Object);
            _known[key] = known with { Sent = new Sent(wanted) };
            int code;
            JsonNode answer;
            try
            {
                (code, answer) = await ServeProcess.SendAsync(
                    client, method, Group + key.Resource + (method == HttpMethod.Post ? "" : "/" + key.Name), wanted, contentType);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return;
            }

            Assert.True(code is 200 or 201, answer.ToJsonString());
            _known[key] = new Known(wanted is null ? null : Acknowledge(answer), null);
            Acknowledged++;
            acknowledged();
        }
    }

    /// <summary>Holds what is there after a restart to what is known.</summary>
    /// <param name="found">What is there, by resource and name.</param>
    public void Check(Dictionary<(string Resource, string Name), JsonObject> found)
    {
        foreach (var (key, known) in _known.ToList())
        {
            var now = found.GetValueOrDefault(key);
            if (known.Sent is null)
            {
                Assert.True(JsonNode.DeepEquals(known.Object, now), $"{key}: acknowledged {known.Object?.ToJsonString()}, there is {now?.ToJsonString()}");
                continue;
            }

            var isLost = JsonNode.DeepEquals(known.Object, now);
            Assert.True(isLost || IsWhole(known, now), $"{key}: acknowledged {known.Object?.ToJsonString()}, sent {known.Sent.Wanted?.ToJsonString()}, there is {now?.ToJsonString()}");
            Unanswered = isLost ? (Unanswered.Made, Unanswered.Lost + 1) : (Unanswered.Made + 1, Unanswered.Lost);
            _known[key] = new Known(isLost || now is null ? now : Acknowledge(now), null);
        }
    }

    /// <summary>An object as it is in a list: without its kind, which is that of the list.</summary>
    public static JsonObject Bare(JsonNode item)
    {
        var bare = item.DeepClone().AsObject();
        bare.Remove("kind");
        bare.Remove("apiVersion");
        return bare;
    }

    public static long VersionOf(JsonNode item) => long.Parse((string)item["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture);

    private static SortedDictionary<(string Resource, string Name), Known> Start(int owner)
    {
        SortedDictionary<(string, string), Known> known = [];
        for (var i = 0; i < Names; i++)
        {
            known.Add(("roles", $"r{owner}-{i}"), new Known(null, null));
            known.Add(("rolebindings", $"b{owner}-{i}"), new Known(null, null));
        }

        return known;
    }

    private (HttpMethod Method, JsonObject? Wanted, string ContentType) Next((string Resource, string Name) key, JsonObject? before)
    {
        if (before is not null && _random.Next(4) == 0)
        {
            return (HttpMethod.Delete, null, "application/json");
        }

        var wanted = key.Resource == "roles" ? Role(key.Name) : Binding(key.Name);
        if (before is null)
        {
            return (HttpMethod.Post, wanted, "application/json");
        }

        if (_random.Next(3) == 0)
        {
            return (HttpMethod.Patch, wanted, "application/merge-patch+json");
        }

        wanted["metadata"]!["resourceVersion"] = (string)before["metadata"]!["resourceVersion"]!;
        return (HttpMethod.Put, wanted, "application/json");
    }

    private JsonObject Role(string name) => new()
    {
        ["metadata"] = Meta(name),
        ["rules"] = Some(i => new JsonObject
        {
            ["apiGroups"] = new JsonArray(""),
            ["resources"] = new JsonArray("pods"),
            ["resourceNames"] = new JsonArray($"n{_written}-{i}"),
            ["verbs"] = new JsonArray("get"),
        }),
    };

    private JsonObject Binding(string name) => new()
    {
        ["metadata"] = Meta(name),
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = "view" },
        ["subjects"] = Some(i => new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "User", ["name"] = $"n{_written}-{i}" }),
    };

    private JsonObject Meta(string name) => new() { ["name"] = name, ["labels"] = new JsonObject { ["written"] = $"{++_written}" } };

    private JsonArray Some(Func<int, JsonNode> make) => [.. Enumerable.Range(0, 1 + _random.Next(20)).Select(make)];

    private JsonObject Acknowledge(JsonNode answer)
    {
        var version = VersionOf(answer);
        Assert.True(Versions.Add(version), $"{version} was given twice");
        Version = Math.Max(Version, version);
        return Bare(answer);
    }

    /// <summary>True when an object is all of what was sent, and its own.</summary>
    private static bool IsWhole(Known known, JsonObject? now) => known.Sent!.Wanted is not { } wanted
        ? now is null
        : now is not null
            && JsonNode.DeepEquals(now["metadata"]!["labels"], wanted["metadata"]!["labels"])
            && ((string[])["rules", "roleRef", "subjects"]).All(field => JsonNode.DeepEquals(now[field], wanted[field]))
            && (known.Object is null
                || (VersionOf(now) > VersionOf(known.Object) && (string?)now["metadata"]!["uid"] == (string?)known.Object["metadata"]!["uid"]));

    private sealed record Known(JsonObject? Object, Sent? Sent);

    private sealed record Sent(JsonObject? Wanted);
}
