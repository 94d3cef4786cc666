using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Writes;

/// <summary>
/// How the API server says that a request failed (upstream: <c>k8s.io/apimachinery/pkg/apis/meta/v1.Status</c>).
/// <see cref="ApiStatuses"/> makes the ones upstream has.
/// </summary>
public sealed record ApiStatus
{
    /// <summary>The HTTP status code.</summary>
    public required int Code { get; init; }

    /// <summary>One word for machines, such as <c>Forbidden</c>; <c>""</c> for an error that has none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The text for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>What the failure is about; null when the body has no <c>details</c>.</summary>
    public StatusDetails? Details { get; init; }

    /// <summary>The response body, byte for byte as the server writes it, without its final newline.</summary>
    public string ToJson()
    {
        var json = new GoJsonObject()
            .Text("kind", "Status")
            .Text("apiVersion", "v1")
            .Json("metadata", "{}")
            .Text("status", "Failure")
            .Text("message", Message)
            .Text("reason", Reason);
        return (Details is null ? json : json.Json("details", Details.ToJson())).Json("code", $"{Code}").ToString();
    }
}

/// <summary>What a failure is about (upstream: <c>meta/v1.StatusDetails</c>).</summary>
public sealed record StatusDetails
{
    /// <summary>The object's name, or <c>""</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The API group, <c>""</c> being the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The plural resource; the kind when the object is invalid.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The single findings, duplicates included.</summary>
    public ImmutableArray<StatusCause> Causes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public bool Equals(StatusDetails? other) =>
        other is not null && Name == other.Name && Group == other.Group && Kind == other.Kind
        && Causes.AsSpan().SequenceEqual(other.Causes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Group, Kind, Causes.Length);

    internal string ToJson()
    {
        var json = new GoJsonObject().Text("name", Name).Text("group", Group).Text("kind", Kind);
        return (Causes.IsEmpty ? json : json.Json("causes", GoJson.Array(Causes.Select(c => c.ToJson())))).ToString();
    }
}

/// <summary>One finding (upstream: <c>meta/v1.StatusCause</c>).</summary>
/// <param name="Reason">One word for machines, such as <c>FieldValueRequired</c>.</param>
/// <param name="Message">The text, without the field.</param>
/// <param name="Field">The field path, or <c>""</c>.</param>
public sealed record StatusCause(string Reason, string Message, string Field)
{
    internal string ToJson() => new GoJsonObject().Text("reason", Reason).Text("message", Message).Text("field", Field).ToString();
}
