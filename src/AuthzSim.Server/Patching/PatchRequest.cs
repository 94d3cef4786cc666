using System.Text.Json.Nodes;
using AuthzSim.Writes;

namespace AuthzSim.Server.Patching;

/// <summary>A PATCH of one object.</summary>
internal sealed record PatchRequest
{
    /// <summary>The content type without parameters, which says what kind of patch it is.</summary>
    public required string MediaType { get; init; }

    /// <summary>The body as sent; YAML or JSON for server-side apply.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The object as it is stored, managedFields included; null when there is none, which only server-side apply creates.</summary>
    public required JsonObject? Live { get; init; }

    /// <summary>The API version and kind that the URL stands for.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The kind that the URL stands for.</summary>
    public required string Kind { get; init; }

    /// <summary>The plural resource, as failures name it.</summary>
    public required string Resource { get; init; }

    /// <summary>The name of the URL.</summary>
    public required string Name { get; init; }

    /// <summary>Who writes, as <c>fieldManager</c> or the user agent says.</summary>
    public required string Manager { get; init; }

    /// <summary>Takes the fields of other managers (<c>force=true</c> of server-side apply).</summary>
    public bool Force { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What a patch makes of an object: the new object with its managedFields, or a failure.</summary>
/// <param name="Object">The object; the one patched is left as it was.</param>
/// <param name="Failure">The failure; null on success.</param>
internal sealed record PatchResult(JsonObject? Object, ApiStatus? Failure);
