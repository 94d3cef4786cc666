using AuthzSim.Requests;

namespace AuthzSim.Audit;

/// <summary>
/// What a request asked for, whoever asked, as the authorizer saw it. Immutable; events of the same action may share one.
/// </summary>
public sealed class AuditedAction
{
    private readonly RequestAttributes _attributes;

    private AuditedAction(in RequestAttributes attributes) => _attributes = attributes;

    /// <summary>The verb authorized.</summary>
    public string Verb => _attributes.Verb;

    /// <summary>The subresource, or <c>""</c>.</summary>
    public string Subresource => _attributes.Subresource;

    /// <summary>The URL's path; <c>""</c> when only the object is known.</summary>
    public string Path => _attributes.Path;

    /// <summary>True for a request on a resource, false for one on a path.</summary>
    public bool IsResourceRequest => _attributes.IsResourceRequest;

    /// <summary>
    /// Reads the action off the URL, which is all the authorizer saw: the name that a create's object reference has comes from
    /// the body. Null when the URL says nothing, because it is absent or malformed.
    /// </summary>
    /// <param name="verb">The event's verb, which is the one authorized.</param>
    /// <param name="requestUri">The event's <c>requestURI</c>.</param>
    public static AuditedAction? OfUri(string verb, string requestUri)
    {
        ArgumentNullException.ThrowIfNull(verb);
        ArgumentNullException.ThrowIfNull(requestUri);
        var info = RequestInfo.FromHttp(MethodOf(verb), requestUri);
        return info.Error is null ? new AuditedAction(info.ToAttributes(new UserInfo()) with { Verb = verb }) : null;
    }

    /// <summary>Reads the action off the object reference, for events whose URL says nothing.</summary>
    /// <param name="verb">The event's verb.</param>
    /// <param name="reference">The event's <c>objectRef</c>.</param>
    public static AuditedAction OfObject(string verb, AuditObjectReference reference)
    {
        ArgumentNullException.ThrowIfNull(verb);
        ArgumentNullException.ThrowIfNull(reference);

        // A create names no object in its URL, unless it is one on a subresource of it.
        var name = verb == "create" && reference.Subresource.Length == 0 ? "" : reference.Name;
        return new AuditedAction(new RequestAttributes
        {
            Verb = verb,
            Resource = reference.Resource,
            Subresource = reference.Subresource,
            ApiGroup = reference.ApiGroup,
            ApiVersion = reference.ApiVersion,
            Namespace = reference.Namespace,
            Name = name,
            IsResourceRequest = true,
        });
    }

    /// <summary>The action of a request.</summary>
    /// <param name="attributes">The request; who asks plays no part.</param>
    internal static AuditedAction OfAttributes(in RequestAttributes attributes) => new(attributes);

    /// <summary>The request as somebody's.</summary>
    /// <param name="user">Who asks.</param>
    public RequestAttributes ToAttributes(UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _attributes with { User = user };
    }

    /// <summary>A method that has the verb; the URL tells a list from a get.</summary>
    private static string MethodOf(string verb) => verb switch
    {
        "get" or "list" or "watch" or "proxy" => "GET",
        "create" => "POST",
        "update" => "PUT",
        "delete" or "deletecollection" => "DELETE",
        _ => verb.ToUpperInvariant(),
    };
}
