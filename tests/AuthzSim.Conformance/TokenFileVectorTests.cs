using System.Text;
using System.Text.Json;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Files;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>tokencsv.jsonl: static token files, and who each token is or why the server does not start.</summary>
public sealed class TokenFileVectorTests
{
    private const string File = "tokencsv.jsonl";

    [Fact]
    public async Task Token_files_are_read_as_the_server_reads_them()
    {
        var mismatches = new Mismatches(File);
        foreach (var entry in Vectors.ReadJsonLines(File))
        {
            mismatches.Compare(entry.Text("name"), Expected(entry), await Actual(entry));
        }

        mismatches.AssertNone();
    }

    private static string Expected(JsonElement entry)
    {
        if (entry.Text("loadError") is { Length: > 0 } error)
        {
            return error;
        }

        var users = entry.TryGetProperty("users", out var map) ? map : default;
        return string.Join('\n', entry.Strings("tokens").Select(t =>
            users.ValueKind == JsonValueKind.Object && users.TryGetProperty(t, out var user) ? Show(t, VectorJson.User(user)) : Show(t, null)));
    }

    private static async Task<string> Actual(JsonElement entry)
    {
        TokenFileAuthenticator file;
        try
        {
            file = TokenFileAuthenticator.Parse(Encoding.UTF8.GetBytes(entry.Text("csv")), "tokens.csv");
        }
        catch (CredentialFileException e)
        {
            return e.Message;
        }

        List<string> users = [];
        foreach (var token in entry.Strings("tokens"))
        {
            var result = await file.AuthenticateTokenAsync(token, AuthenticationContext.Default);
            Assert.Null(result.Error);
            users.Add(Show(token, result.User));
        }

        return string.Join('\n', users);
    }

    private static string Show(string token, UserInfo? user) => user is null
        ? $"{token}: nobody"
        : $"{token}: {JsonSerializer.Serialize(user.Name)} {JsonSerializer.Serialize(user.Uid)} {JsonSerializer.Serialize(user.Groups)}";
}
