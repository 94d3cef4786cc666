using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Bootstrap;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Files;
using AuthzSim.Formats;
using AuthzSim.Requests;
using Microsoft.Extensions.Time.Testing;

namespace AuthzSim.Conformance;

/// <summary>authn.json: the server's configuration and cluster, and the requests put to it.</summary>
internal sealed class AuthenticationVectors
{
    private readonly JsonElement _server = Vectors.ReadJson("authn.json");

    /// <summary>The cases of one kind.</summary>
    public IEnumerable<JsonElement> Cases(string kind) => _server.Items("cases").Where(c => c.Text("kind") == kind);

    /// <summary>The clock at the instant of a case.</summary>
    public static FakeTimeProvider Clock(JsonElement entry) => new(entry.GetProperty("time").GetDateTimeOffset());

    /// <summary>The request of a case, without certificates.</summary>
    public static AuthenticationRequest Request(JsonElement entry) => new()
    {
        Headers = new RequestHeaders(entry.Items("headers").Select(h => KeyValuePair.Create(h[0].GetString()!, h[1].GetString()!))),
        Path = "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    };

    /// <summary>The parts of the server's chain that need no signature checked.</summary>
    public AuthenticatorChain Chain(TimeProvider time) => new()
    {
        TokenFile = TokenFileAuthenticator.Parse(Encoding.UTF8.GetBytes(_server.Text("tokenFile")), "tokens.csv"),
        Bootstrap = _server.GetProperty("bootstrapTokens").GetBoolean() ? new BootstrapTokenAuthenticator(Cluster(), time) : null,
        Anonymous = _server.GetProperty("anonymous").GetBoolean() ? new AnonymousAuthenticator() : null,
        ApiAudiences = _server.GetProperty("serviceAccount").Strings("apiAudiences"),
        Time = time,
    };

    /// <summary>The objects of the cluster, read as a dump.</summary>
    public ClusterState Cluster()
    {
        var state = _server.GetProperty("state");
        var kinds = new[] { ("serviceAccounts", "ServiceAccount"), ("secrets", "Secret"), ("pods", "Pod"), ("nodes", "Node") };
        var items = new JsonArray();
        foreach (var (member, kind) in kinds)
        {
            foreach (var item in state.Items(member))
            {
                var @object = JsonNode.Parse(item.GetRawText())!.AsObject();
                (@object["apiVersion"], @object["kind"]) = ("v1", kind);
                items.Add(@object);
            }
        }

        var dump = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items };
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(dump.ToJsonString()));
        return new ClusterState(ClusterObjectReader.Load(["-"], new PolicyLoadOptions { StandardInput = input }));
    }

    /// <summary>The recorded answer as one text.</summary>
    public static string Expected(JsonElement entry) => entry.GetProperty("status").GetInt32() == 401
        ? $"401 {entry.Text("error")}"
        : Show(User(entry.GetProperty("userInfo")));

    /// <summary>Our answer in the same form.</summary>
    public static string Actual(RequestAuthentication answer) =>
        answer.Failure is { } failure ? $"{failure.Code} {answer.Error}" : Show(answer.User!);

    private static UserInfo User(JsonElement e) => new()
    {
        Name = e.Text("username"),
        Uid = e.Text("uid"),
        Groups = e.Strings("groups"),
        Extra = e.TryGetProperty("extra", out var extra)
            ? UserInfo.NoExtra.AddRange(extra.EnumerateObject().Select(p =>
                KeyValuePair.Create(p.Name, ImmutableArray.CreateRange(p.Value.EnumerateArray().Select(v => v.GetString()!)))))
            : UserInfo.NoExtra,
    };

    private static string Show(UserInfo user) => JsonSerializer.Serialize(new { user.Name, user.Uid, user.Groups, user.Extra });
}
