using System.Text.Json;
using AuthzSim.Authorization;
using AuthzSim.Replay;
using AuthzSim.Requests;

namespace AuthzSim.Server.Shadow;

/// <summary>One request that the candidate decides otherwise.</summary>
/// <param name="Direction">How.</param>
/// <param name="Request">The request.</param>
/// <param name="Source">Where it comes from: <see cref="OfServer"/> or <see cref="OfAudit"/>.</param>
/// <param name="Served">What was decided.</param>
/// <param name="Candidate">What the candidate decides.</param>
/// <param name="At">When it was asked.</param>
internal sealed record Divergence(
    ReplayDirection Direction, RequestAttributes Request, string Source, AuthorizationResult Served, AuthorizationResult Candidate, DateTimeOffset At)
{
    /// <summary>This server decided it.</summary>
    public const string OfServer = "server";

    /// <summary>Another server decided it, and sent the event.</summary>
    public const string OfAudit = "audit";

    /// <summary>The direction in one word.</summary>
    public static string WordOf(ReplayDirection direction) => direction == ReplayDirection.NowAllowed ? "nowAllowed" : "nowDenied";

    /// <summary>Writes what is the same in all requests of a group, as members.</summary>
    public static void WriteKey(Utf8JsonWriter json, ReplayKey key, string @namespace)
    {
        json.WriteString("direction"u8, WordOf(key.Direction));
        json.WriteString("user"u8, key.User);
        json.WriteString("verb"u8, key.Verb);
        if (key.Path.Length > 0)
        {
            json.WriteString("path"u8, key.Path);
            return;
        }

        json.WriteString("apiGroup"u8, key.ApiGroup);
        json.WriteString("resource"u8, key.Resource);
        Text(json, "subresource"u8, key.Subresource);
        Text(json, "namespace"u8, @namespace);
    }

    /// <summary>Writes what is this request's own, as members.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("source"u8, Source);
        json.WriteStartArray("groups"u8);
        foreach (var group in Request.User.Groups)
        {
            json.WriteStringValue(group);
        }

        json.WriteEndArray();
        Text(json, Request.IsResourceRequest ? "name"u8 : "path"u8, Request.IsResourceRequest ? Request.Name : Request.Path);
        Write(json, "served"u8, Served);
        Write(json, "candidate"u8, Candidate);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, AuthorizationResult result)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("allowed"u8, result.IsAllowed);
        Text(json, "reason"u8, result.Reason);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }
}
