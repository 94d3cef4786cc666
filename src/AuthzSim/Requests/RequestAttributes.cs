namespace AuthzSim.Requests;

/// <summary>
/// What an authorizer is asked (upstream: <c>k8s.io/apiserver/pkg/authorization/authorizer.Attributes</c>). Every text is
/// compared as it stands; an absent one is <c>""</c>. <c>default</c> is a non-resource request for the empty path by nobody.
/// </summary>
public readonly record struct RequestAttributes
{
    private static readonly UserInfo _nobody = new();

    /// <summary>Makes an empty request.</summary>
    public RequestAttributes()
    {
    }

    /// <summary>Who asks: the effective user.</summary>
    public UserInfo User { get => field ?? _nobody; init; }

    /// <summary>The verb of a resource request, or the lower-case HTTP method of a non-resource request.</summary>
    public string Verb { get => field ?? ""; init; }

    /// <summary>The namespace; <c>""</c> for cluster-scoped requests, which only ClusterRoleBindings answer.</summary>
    public string Namespace { get => field ?? ""; init; }

    /// <summary>The API group; <c>""</c> is the core group.</summary>
    public string ApiGroup { get => field ?? ""; init; }

    /// <summary>The API version; RBAC ignores it.</summary>
    public string ApiVersion { get => field ?? ""; init; }

    /// <summary>The plural resource.</summary>
    public string Resource { get => field ?? ""; init; }

    /// <summary>The subresource, or <c>""</c>.</summary>
    public string Subresource { get => field ?? ""; init; }

    /// <summary>The object's name, or <c>""</c> for requests on a whole collection.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The URL path; RBAC reads it for non-resource requests only.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary>True: matched through resources; false: matched through non-resource URLs.</summary>
    public bool IsResourceRequest { get; init; }

    /// <summary>A question about a resource.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="verb">The verb, such as <c>get</c> or <c>list</c>.</param>
    /// <param name="resource">The plural resource, such as <c>pods</c>.</param>
    /// <param name="apiGroup">The API group; <c>""</c> is the core group.</param>
    /// <param name="namespace">The namespace; <c>""</c> asks cluster-wide.</param>
    /// <param name="subresource">The subresource, such as <c>log</c>, or <c>""</c>.</param>
    /// <param name="name">The object's name, or <c>""</c>.</param>
    public static RequestAttributes ForResource(
        UserInfo user, string verb, string resource, string apiGroup = "", string @namespace = "", string subresource = "", string name = "") =>
        new()
        {
            User = user,
            Verb = verb,
            Resource = resource,
            ApiGroup = apiGroup,
            ApiVersion = "*",
            Namespace = @namespace,
            Subresource = subresource,
            Name = name,
            IsResourceRequest = true,
        };

    /// <summary>A question about a URL that is no resource, such as <c>/healthz</c>.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="verb">The lower-case HTTP method.</param>
    /// <param name="path">The URL path, without query.</param>
    public static RequestAttributes ForPath(UserInfo user, string verb, string path) =>
        new() { User = user, Verb = verb, Path = path };

    /// <summary>True when every property is the same; an absent text equals an empty one.</summary>
    /// <param name="other">Another request.</param>
    public bool Equals(RequestAttributes other) =>
        IsResourceRequest == other.IsResourceRequest && User == other.User && Verb == other.Verb
        && Namespace == other.Namespace && ApiGroup == other.ApiGroup && ApiVersion == other.ApiVersion
        && Resource == other.Resource && Subresource == other.Subresource && Name == other.Name && Path == other.Path;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(User, Verb, Namespace, ApiGroup, Resource, Subresource, Name, Path);
}
