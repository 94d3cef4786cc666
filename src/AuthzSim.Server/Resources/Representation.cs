using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;

namespace AuthzSim.Server.Resources;

/// <summary>How much of an object a client wants to see.</summary>
internal enum ObjectForm
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Cells for people.</summary>
    Table,

    /// <summary>The metadata.</summary>
    Metadata,
}

/// <summary>What a list says of itself.</summary>
internal sealed record ListMeta(long Version, string Continue = "", long? Remaining = null);

/// <summary>How objects are shown to a client (upstream: <c>k8s.io/apiserver/pkg/endpoints/handlers/response.go</c>).</summary>
internal sealed record Representation(ObjectForm Form, string IncludeObject, bool IsPretty, DateTimeOffset Now)
{
    private const string MetaVersion = "meta.k8s.io/v1";

    /// <summary>What the client takes; null when the server writes nothing of it.</summary>
    public static Representation? Of(ApiRequest request, DateTimeOffset now)
    {
        var form = FormOf(request.Http.Request.Headers.Accept.ToString());
        return form is null ? null : new Representation(
            form.Value, request.Query.First("includeObject") is { Length: > 0 } included ? included : "Metadata", request.Query.IsTrue("pretty"), now);
    }

    /// <summary>One object.</summary>
    public byte[] One(StoredObject item) => Written(json => WriteOne(json, item, new ListMeta(item.Version), withColumns: true));

    /// <summary>A list.</summary>
    public byte[] List(ServedResource resource, IReadOnlyCollection<StoredObject> items, ListMeta meta) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, Form switch { ObjectForm.Table => "Table", ObjectForm.Metadata => "PartialObjectMetadataList", _ => $"{resource.Kind}List" });
        json.WriteString("apiVersion"u8, Form == ObjectForm.Whole ? resource.ApiVersion : MetaVersion);
        WriteListMeta(json, meta);
        if (Form == ObjectForm.Table)
        {
            WriteTableBody(json, resource, items, withColumns: true);
        }
        else
        {
            json.WriteStartArray("items"u8);
            foreach (var item in items)
            {
                if (Form == ObjectForm.Metadata)
                {
                    WritePartial(json, item);
                }
                else
                {
                    ObjectJson.Write(json, item, withType: false);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    });

    /// <summary>One object, as part of something else.</summary>
    public void WriteOne(Utf8JsonWriter json, StoredObject item, ListMeta meta, bool withColumns)
    {
        switch (Form)
        {
            case ObjectForm.Whole:
                ObjectJson.Write(json, item);
                break;
            case ObjectForm.Metadata:
                WritePartial(json, item);
                break;
            default:
                json.WriteStartObject();
                json.WriteString("kind"u8, "Table"u8);
                json.WriteString("apiVersion"u8, MetaVersion);
                WriteListMeta(json, meta);
                WriteTableBody(json, item.Resource, [item], withColumns);
                json.WriteEndObject();
                break;
        }
    }

    private byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, ServerJson.WriterOptions with { Indented = IsPretty, IndentSize = 2, NewLine = "\n" }))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteListMeta(Utf8JsonWriter json, ListMeta meta)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteString("resourceVersion"u8, meta.Version.ToString(CultureInfo.InvariantCulture));
        if (meta.Continue.Length > 0)
        {
            json.WriteString("continue"u8, meta.Continue);
        }

        if (meta.Remaining is { } remaining)
        {
            json.WriteNumber("remainingItemCount"u8, remaining);
        }

        json.WriteEndObject();
    }

    private void WriteTableBody(Utf8JsonWriter json, ServedResource resource, IReadOnlyCollection<StoredObject> items, bool withColumns)
    {
        if (withColumns)
        {
            TableColumns.Write(json, resource);
        }
        else
        {
            json.WriteNull("columnDefinitions"u8);
        }

        json.WriteStartArray("rows"u8);
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteStartArray("cells"u8);
            TableColumns.WriteCells(json, item, Now);
            json.WriteEndArray();
            if (IncludeObject != "None")
            {
                json.WritePropertyName("object"u8);
                if (IncludeObject == "Object")
                {
                    ObjectJson.Write(json, item);
                }
                else
                {
                    WritePartial(json, item);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePartial(Utf8JsonWriter json, StoredObject item)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, "PartialObjectMetadata"u8);
        json.WriteString("apiVersion"u8, MetaVersion);
        json.WritePropertyName("metadata"u8);
        ObjectJson.WriteMetadata(json, item);
        json.WriteEndObject();
    }

    /// <summary>The form of the first media type, in the client's order, that the server writes.</summary>
    private static ObjectForm? FormOf(string accept)
    {
        if (accept.Length == 0)
        {
            return ObjectForm.Whole;
        }

        foreach (var clause in accept.Split(','))
        {
            var parts = clause.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "application/*" or "*/*"))
            {
                continue;
            }

            string? Parameter(string name) => Array.Find(parts, p => p.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
            var wanted = Parameter("as");
            if (wanted is null)
            {
                return ObjectForm.Whole;
            }

            if (Parameter("g") == "meta.k8s.io" && Parameter("v") == "v1")
            {
                switch (wanted)
                {
                    case "Table":
                        return ObjectForm.Table;
                    case "PartialObjectMetadata" or "PartialObjectMetadataList":
                        return ObjectForm.Metadata;
                    default:
                        break;
                }
            }
        }

        return null;
    }
}
