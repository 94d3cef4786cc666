using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>
/// What became of a SelfSubjectReview sent with some credentials: its status, and the user or the error, as one text.
/// </summary>
internal static class AuthenticationAnswers
{
    private static readonly UnionAuthorizer _authorizer = new(
        new SystemMastersAuthorizer(), new RbacAuthorizer(VectorObjects.Cluster(Vectors.ReadJson("bootstrap-policy.json"))));

    /// <summary>The recorded answer.</summary>
    public static string Recorded(JsonElement entry)
    {
        var status = entry.GetProperty("status").GetInt32();
        return $"{status} {(entry.TryGetProperty("userInfo", out var user) ? Show(User(user)) : entry.Text("error"))}";
    }

    /// <summary>Our answer in the same form: whom the server knows, it answers if its default policy allows.</summary>
    public static string Ours(RequestAuthentication answer, JsonElement entry)
    {
        if (answer.User is not { } user)
        {
            return $"{answer.Failure!.Code} {answer.Error}";
        }

        var asked = RequestInfo.FromHttp("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews").ToAttributes(user);
        return _authorizer.Authorize(asked).IsAllowed ? $"201 {Show(user)}" : $"403 {Show(Told(user, entry))}";
    }

    /// <summary>All of a user as one text.</summary>
    public static string Show(UserInfo user) => JsonSerializer.Serialize(new { user.Name, user.Uid, user.Groups, user.Extra });

    /// <summary>A 403 does not show the user, so that only what is recorded of them counts.</summary>
    private static UserInfo Told(UserInfo user, JsonElement entry)
    {
        bool IsTold(string member) => entry.TryGetProperty("userInfo", out var told) && told.TryGetProperty(member, out _);
        return user with
        {
            Uid = IsTold("uid") ? user.Uid : "",
            Groups = IsTold("groups") ? user.Groups : [],
            Extra = IsTold("extra") ? user.Extra : UserInfo.NoExtra,
        };
    }

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
}
