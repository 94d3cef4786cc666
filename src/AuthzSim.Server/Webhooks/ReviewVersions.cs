using System.Buffers;
using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.Webhooks;

/// <summary>
/// The two versions of a SubjectAccessReview, which differ in one name: <c>group</c> of <c>v1beta1</c> is <c>groups</c> of
/// <c>v1</c> (upstream: <c>k8s.io/apiserver/plugin/pkg/authorizer/webhook.v1SpecToV1beta1Spec</c>).
/// </summary>
internal static class ReviewVersions
{
    private const string Beta = AccessReview.Group + "/v1beta1";

    private const int SpecDepth = 2;

    /// <summary>True for a body that says it is of <c>v1beta1</c>.</summary>
    /// <exception cref="JsonException">The body is no JSON.</exception>
    public static bool IsBeta(ReadOnlySpan<byte> review)
    {
        var reader = new Utf8JsonReader(review);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("apiVersion"u8))
            {
                reader.Read();
                return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(Beta);
            }
        }

        return false;
    }

    /// <summary>A <c>v1beta1</c> body as <c>v1</c>.</summary>
    public static byte[] FromBeta(ReadOnlySpan<byte> review) => Renamed(review, AccessReview.ApiVersion, "group"u8, "groups"u8);

    /// <summary>A <c>v1</c> answer as <c>v1beta1</c>.</summary>
    public static byte[] ToBeta(ReadOnlySpan<byte> review) => Renamed(review, Beta, "groups"u8, "group"u8);

    private static byte[] Renamed(ReadOnlySpan<byte> review, string version, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var buffer = new ArrayBufferWriter<byte>(review.Length + 16);
        using var json = new Utf8JsonWriter(buffer, ServerJson.WriterOptions with { SkipValidation = true });
        var reader = new Utf8JsonReader(review);
        var isInSpec = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                Copy(json, ref reader);
                continue;
            }

            isInSpec = reader.CurrentDepth == 1 ? reader.ValueTextEquals("spec"u8) : isInSpec;
            if (reader.CurrentDepth == 1 && reader.ValueTextEquals("apiVersion"u8))
            {
                json.WriteString("apiVersion"u8, version);
                reader.Skip();
            }
            else if (reader.CurrentDepth == SpecDepth && isInSpec && reader.ValueTextEquals(from))
            {
                json.WritePropertyName(to);
            }
            else if (reader.CurrentDepth == SpecDepth && isInSpec && reader.ValueTextEquals(to))
            {
                // The other version's name means nothing in this one.
                reader.Skip();
            }
            else
            {
                json.WritePropertyName(reader.GetString()!);
            }
        }

        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Copy(Utf8JsonWriter json, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: json.WriteStartObject(); break;
            case JsonTokenType.EndObject: json.WriteEndObject(); break;
            case JsonTokenType.StartArray: json.WriteStartArray(); break;
            case JsonTokenType.EndArray: json.WriteEndArray(); break;
            case JsonTokenType.String: json.WriteStringValue(reader.GetString()); break;
            default: json.WriteRawValue(reader.ValueSpan, skipInputValidation: true); break;
        }
    }
}
