using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Authentication;
using AuthzSim.Requests;
using AuthzSim.Server.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Server.Webhooks;

/// <summary>The question whom a token stands for (upstream: <c>k8s.io/api/authentication/v1.TokenReview</c>).</summary>
/// <param name="ApiVersion">The version it is asked in, and is to be answered in.</param>
/// <param name="Token">The token.</param>
/// <param name="Audiences">The audiences it is to be good for one of; empty for those of the API.</param>
internal sealed record TokenReview(string ApiVersion, string Token, ImmutableArray<string> Audiences)
{
    public const string Kind = "TokenReview";
    public const string Beta = SelfSubjectReview.Group + "/v1beta1";

    /// <summary>Reads a body.</summary>
    /// <param name="body">The body, as JSON.</param>
    /// <param name="versions">The versions it may have; one that says none has the first.</param>
    public static (ApiStatus? Failure, TokenReview? Review) Read(ReadOnlyMemory<byte> body, params ReadOnlySpan<string> versions)
    {
        var version = versions[0];
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"json: cannot unmarshal {Word(root)} into Go value of type v1.TokenReview");
            }

            var given = Text(root, "apiVersion", Kind, "apiVersion");
            version = versions.Contains(given) ? given : version;
            if (UndecodedBody.Check(version, Kind, Text(root, "kind", Kind, "kind"), given) is { } undecoded)
            {
                return (undecoded, null);
            }

            var spec = Member(root, "spec", JsonValueKind.Object, Kind, "spec", "v1.TokenReviewSpec");
            return spec is not { } asked
                ? (null, new TokenReview(version, "", []))
                : (null, new TokenReview(version, Text(asked, "token", "TokenReviewSpec", "spec.token"), Texts(asked)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (UndecodedBody.Of(Kind, Kind, version, e.Message), null);
        }
    }

    /// <summary>Writes the answer: the question with what was found out.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="result">What the authenticators say.</param>
    public void Write(Utf8JsonWriter json, AuthenticationResult result)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, Kind);
        json.WriteString("apiVersion"u8, ApiVersion);
        json.WriteStartObject("metadata"u8);
        json.WriteEndObject();
        json.WriteStartObject("spec"u8);
        json.WriteString("token"u8, Token);
        Write(json, "audiences"u8, Audiences);
        json.WriteEndObject();
        json.WriteStartObject("status"u8);
        if (result.IsAuthenticated)
        {
            json.WriteBoolean("authenticated"u8, true);
        }

        json.WriteStartObject("user"u8);
        if (result.User is { } user)
        {
            Write(json, user);
        }

        json.WriteEndObject();
        Write(json, "audiences"u8, result.IsAuthenticated ? result.Audiences : []);
        if (result.Error is { Length: > 0 } error)
        {
            json.WriteString("error"u8, error);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, UserInfo user)
    {
        if (user.Name.Length > 0)
        {
            json.WriteString("username"u8, user.Name);
        }

        if (user.Uid.Length > 0)
        {
            json.WriteString("uid"u8, user.Uid);
        }

        Write(json, "groups"u8, user.Groups);
        if (user.Extra.Count > 0)
        {
            json.WriteStartObject("extra"u8);
            foreach (var (key, values) in user.Extra)
            {
                json.WriteStartArray(key);
                foreach (var value in values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableArray<string> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static ImmutableArray<string> Texts(JsonElement spec)
    {
        const string Path = "spec.audiences";
        return Member(spec, "audiences", JsonValueKind.Array, "TokenReviewSpec", Path, "[]string") is { } list
            ? [.. list.EnumerateArray().Select(e => e.ValueKind switch
            {
                JsonValueKind.String => e.GetString()!,
                JsonValueKind.Null => "",
                _ => throw Wrong(e, "TokenReviewSpec", Path, "string"),
            })]
            : [];
    }

    private static string Text(JsonElement from, string name, string type, string path) =>
        Member(from, name, JsonValueKind.String, type, path, "string")?.GetString() ?? "";

    private static JsonElement? Member(JsonElement from, string name, JsonValueKind kind, string type, string path, string goType)
    {
        if (!from.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == kind ? value : throw Wrong(value, type, path, goType);
    }

    private static JsonException Wrong(JsonElement value, string type, string path, string goType) =>
        new($"json: cannot unmarshal {Word(value)} into Go struct field {type}.{path} of type {goType}");

    private static string Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "bool",
    };
}
