using System.Text.Json;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>Who sent the requests of http.jsonl.gz.</summary>
internal static class VectorRequests
{
    private static readonly Dictionary<string, UserInfo> _tokens = ReadTokens();

    /// <summary>The user the server authorized: of the token, or the one it impersonated.</summary>
    public static UserInfo EffectiveUser(JsonElement request)
    {
        var headers = request.Items("headers").ToLookup(h => h[0].GetString()!, h => h[1].GetString()!);
        var requestor = _tokens[headers["Authorization"].Single()["Bearer ".Length..]];
        if (headers["Impersonate-User"].SingleOrDefault() is not { } name)
        {
            return requestor;
        }

        Assert.Contains("system:masters", requestor.Groups);
        return UserInfo.Impersonated(name, [.. headers["Impersonate-Group"]]);
    }

    private static Dictionary<string, UserInfo> ReadTokens() =>
        System.IO.File.ReadLines(Vectors.PathOf("tokens.csv"))
            .Select(line => line.Split(',', 4))
            .ToDictionary(
                c => c[0],
                c => new UserInfo
                {
                    Name = c[1],
                    Uid = c[2],
                    Groups = [.. c.Skip(3).SelectMany(groups => groups.Trim('"').Split(',')), WellKnownUsers.Authenticated],
                });
}
