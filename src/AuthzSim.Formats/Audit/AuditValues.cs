using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Audit;
using AuthzSim.Formats.Json;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// The values of an event's fields. Each is read by the reader before the value; null is the same as absent, and of a value of
/// another type the event cannot be read.
/// </summary>
internal static class AuditValues
{
    /// <summary>A text.</summary>
    public static string Text<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct =>
        HasText(ref reader, field) ? reader.Text : "";

    /// <summary>A text that is nearly always the same.</summary>
    public static string Text<TReader>(ref TReader reader, string field, ReadOnlySpan<byte> usual, string usualText)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!HasText(ref reader, field))
        {
            return "";
        }

        return reader.NameIs(usual) ? usualText : reader.Text;
    }

    /// <summary>True when a text stands there, where the reader is then.</summary>
    public static bool HasText<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct =>
        Has(ref reader, JsonTokenType.String, field, "text");

    /// <summary>True when an object stands there, whose first brace the reader has passed.</summary>
    public static bool HasObject<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct =>
        Has(ref reader, JsonTokenType.StartObject, field, "an object");

    /// <summary>A whole number.</summary>
    public static int Number<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!Has(ref reader, JsonTokenType.Number, field, "a number"))
        {
            return 0;
        }

        return reader.TryGetInt32(out var number) ? number : throw Wrong(reader, field, "a whole number of 32 bits");
    }

    /// <summary>A time of RFC 3339, or null.</summary>
    public static DateTimeOffset? Time<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!HasText(ref reader, field) || reader.RawText.IsEmpty)
        {
            return null;
        }

        return reader.TryGetTime(out var time) ? time : throw Wrong(reader, field, "a time such as 2026-01-31T10:17:01.590321Z");
    }

    /// <summary>A user out of its own bytes.</summary>
    public static UserInfo User<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct
    {
        var (name, uid) = ("", "");
        ImmutableArray<string> groups = [];
        var extra = UserInfo.NoExtra;
        if (HasObject(ref reader, field))
        {
            while (reader.NextField())
            {
                if (reader.NameIs("username"u8))
                {
                    name = Text(ref reader, $"{field}.username");
                }
                else if (reader.NameIs("uid"u8))
                {
                    uid = Text(ref reader, $"{field}.uid");
                }
                else if (reader.NameIs("groups"u8))
                {
                    groups = Texts(ref reader, $"{field}.groups");
                }
                else if (reader.NameIs("extra"u8))
                {
                    extra = Extra(ref reader, $"{field}.extra");
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return new UserInfo { Name = name, Uid = uid, Groups = groups, Extra = extra };
    }

    /// <summary>An object reference; null when it names no resource.</summary>
    public static AuditObjectReference? Object<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        var (resource, @namespace, name, group, version, subresource) = ("", "", "", "", "", "");
        if (HasObject(ref reader, "objectRef"))
        {
            while (reader.NextField())
            {
                if (reader.NameIs("resource"u8))
                {
                    resource = Text(ref reader, "objectRef.resource");
                }
                else if (reader.NameIs("namespace"u8))
                {
                    @namespace = Text(ref reader, "objectRef.namespace");
                }
                else if (reader.NameIs("name"u8))
                {
                    name = Text(ref reader, "objectRef.name");
                }
                else if (reader.NameIs("apiGroup"u8))
                {
                    group = Text(ref reader, "objectRef.apiGroup");
                }
                else if (reader.NameIs("apiVersion"u8))
                {
                    version = Text(ref reader, "objectRef.apiVersion");
                }
                else if (reader.NameIs("subresource"u8))
                {
                    subresource = Text(ref reader, "objectRef.subresource");
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return resource.Length > 0 ? new AuditObjectReference(resource, @namespace, name, group, version, subresource) : null;
    }

    /// <summary>A stage of a request; null when it is absent.</summary>
    public static AuditStage? Stage<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!HasText(ref reader, "stage"))
        {
            return null;
        }

        if (reader.NameIs("ResponseComplete"u8))
        {
            return AuditStage.ResponseComplete;
        }

        return reader.Text switch
        {
            nameof(AuditStage.RequestReceived) => AuditStage.RequestReceived,
            nameof(AuditStage.ResponseStarted) => AuditStage.ResponseStarted,
            nameof(AuditStage.ResponseComplete) => AuditStage.ResponseComplete,
            nameof(AuditStage.Panic) => AuditStage.Panic,
            _ => throw Wrong(reader, "stage", "RequestReceived, ResponseStarted, ResponseComplete or Panic"),
        };
    }

    /// <summary>The code of a response status; 0 when it is absent.</summary>
    public static int Code<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        var code = 0;
        if (HasObject(ref reader, "responseStatus"))
        {
            while (reader.NextField())
            {
                if (reader.NameIs("code"u8))
                {
                    code = Number(ref reader, "responseStatus.code");
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return code;
    }

    /// <summary>What the server says it decided; null when it is absent.</summary>
    public static AuditDecision? Decision<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        const string Field = "annotations[authorization.k8s.io/decision]";
        if (!HasText(ref reader, Field))
        {
            return null;
        }

        if (reader.NameIs("allow"u8))
        {
            return AuditDecision.Allow;
        }

        return reader.Text switch
        {
            "allow" => AuditDecision.Allow,
            "forbid" => AuditDecision.Forbid,
            _ => throw Wrong(reader, Field, "allow or forbid"),
        };
    }

    /// <summary>What is wrong with the value the reader is at.</summary>
    public static UnreadableInputException Wrong<TReader>(in TReader reader, string field, string needed)
        where TReader : struct, IFieldReader, allows ref struct
    {
        var found = reader.Token switch
        {
            JsonTokenType.String => "this text",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "a boolean",
            JsonTokenType.StartArray => "a list",
            _ => "an object",
        };
        return new UnreadableInputException(reader.Index, DiagnosticCodes.WrongType, $"{field}: {found} stands where {needed} is needed");
    }

    private static bool Has<TReader>(ref TReader reader, JsonTokenType token, string field, string needed)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!reader.Advance() || reader.Token == JsonTokenType.Null)
        {
            return false;
        }

        return reader.Token == token ? true : throw Wrong(reader, field, needed);
    }

    private static ImmutableArray<string> Texts<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!Has(ref reader, JsonTokenType.StartArray, field, "a list of texts"))
        {
            return [];
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.NextItem())
        {
            texts.Add(reader.Token == JsonTokenType.String ? reader.Text : throw Wrong(reader, field, "a text"));
        }

        return texts.DrainToImmutable();
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Extra<TReader>(ref TReader reader, string field)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!HasObject(ref reader, field))
        {
            return UserInfo.NoExtra;
        }

        var extra = UserInfo.NoExtra.ToBuilder();
        while (reader.NextField())
        {
            var key = reader.Text;
            extra[key] = Texts(ref reader, field);
        }

        return extra.ToImmutable();
    }
}
