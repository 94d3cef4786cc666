using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Webhook;

/// <summary>What a webhook says of a token (upstream: <c>k8s.io/api/authentication/v1.TokenReviewStatus</c>).</summary>
internal sealed record TokenReviewStatus
{
    public bool Authenticated { get; init; }

    public UserInfo User { get; init; } = new();

    public ImmutableArray<string> Audiences { get; init; } = [];

    public string Error { get; init; } = "";
}

/// <summary>TokenReview objects as JSON.</summary>
internal static class TokenReviews
{
    private const string Group = "authentication.k8s.io";

    /// <summary>The request's body.</summary>
    public static byte[] Write(string version, string token, ImmutableArray<string> audiences)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("kind", "TokenReview");
            json.WriteString("apiVersion", $"{Group}/{version}");
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteStartObject("spec");
            json.WriteString("token", token);
            if (!audiences.IsEmpty)
            {
                json.WriteStartArray("audiences");
                foreach (var audience in audiences)
                {
                    json.WriteStringValue(audience);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteStartObject("status");
            json.WriteStartObject("user");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The answer's status, or why it has none.</summary>
    public static (TokenReviewStatus? Status, string? Error) Read(ReadOnlyMemory<byte> body)
    {
        if (!JsonValue.TryParse(body, out var json) || !json.IsObject)
        {
            return (null, "couldn't get version/kind; json parse error: the answer is no JSON object");
        }

        var reading = new Reading();
        var (kind, apiVersion, status) = ("", "", new TokenReviewStatus());
        foreach (var (name, value) in json.Members())
        {
            switch (name)
            {
                case "kind": kind = reading.Text(value, "TokenReview", "kind"); break;
                case "apiVersion": apiVersion = reading.Text(value, "TokenReview", "apiVersion"); break;
                case "status": status = reading.Status(value); break;
                default: break;
            }
        }

        if (kind is not ("" or "TokenReview") || apiVersion is not ("" or $"{Group}/v1" or $"{Group}/v1beta1"))
        {
            return (null, $"no kind {GoText.Quote(kind)} is registered for version {GoText.Quote(apiVersion)}");
        }

        return reading.Error is { } error ? (null, error) : (status, null);
    }

    /// <summary>Collects the first value of a wrong type: an answer that has one says nothing.</summary>
    private sealed class Reading
    {
        public string? Error { get; private set; }

        public string Text(JsonValue value, string type, string path)
        {
            if (!value.IsString && !value.IsNull)
            {
                Wrong(value, type, path, "string");
            }

            return value.IsString ? value.Text() : "";
        }

        public TokenReviewStatus Status(JsonValue value)
        {
            var status = new TokenReviewStatus();
            foreach (var (name, member) in Members(value, "TokenReview", "status", "v1.TokenReviewStatus"))
            {
                status = name switch
                {
                    "authenticated" => status with { Authenticated = Flag(member) },
                    "user" => status with { User = User(member) },
                    "audiences" => status with { Audiences = Texts(member, "TokenReviewStatus", "status.audiences") },
                    "error" => status with { Error = Text(member, "TokenReviewStatus", "status.error") },
                    _ => status,
                };
            }

            return status;
        }

        private UserInfo User(JsonValue value)
        {
            var user = new UserInfo();
            foreach (var (name, member) in Members(value, "TokenReviewStatus", "status.user", "v1.UserInfo"))
            {
                user = name switch
                {
                    "username" => user with { Name = Text(member, "UserInfo", "status.user.username") },
                    "uid" => user with { Uid = Text(member, "UserInfo", "status.user.uid") },
                    "groups" => user with { Groups = Texts(member, "UserInfo", "status.user.groups") },
                    "extra" => user with
                    {
                        Extra = Members(member, "UserInfo", "status.user.extra", "map[string]v1.ExtraValue")
                            .Aggregate(
                                UserInfo.NoExtra, (all, e) => all.SetItem(e.Name, Texts(e.Value, "UserInfo", "status.user.extra"))),
                    },
                    _ => user,
                };
            }

            return user;
        }

        private bool Flag(JsonValue value)
        {
            if (!value.IsBoolean && !value.IsNull)
            {
                Wrong(value, "TokenReviewStatus", "status.authenticated", "bool");
            }

            return value.IsTrue;
        }

        private ImmutableArray<string> Texts(JsonValue value, string type, string path)
        {
            if (value.IsArray)
            {
                return [.. value.Elements().Select(e => Text(e, type, path))];
            }

            if (!value.IsNull)
            {
                Wrong(value, type, path, "[]string");
            }

            return [];
        }

        private List<JsonMember> Members(JsonValue value, string type, string path, string goType)
        {
            if (value.IsObject)
            {
                return value.Members();
            }

            if (!value.IsNull)
            {
                Wrong(value, type, path, goType);
            }

            return [];
        }

        private void Wrong(JsonValue value, string type, string path, string goType) =>
            Error ??= $"json: cannot unmarshal {value.GoKind} into Go struct field {type}.{path} of type {goType}";
    }
}
