using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.AccessReviews;

/// <summary>
/// Who wants to do what (upstream: <c>SubjectAccessReviewSpec</c> of <c>k8s.io/api/authorization/v1/types.go</c>). Valid when
/// exactly one of the two kinds of attributes is there.
/// </summary>
public sealed record AccessReviewSpec
{
    /// <summary>What is wanted of a resource, or null.</summary>
    public ResourceAttributes? ResourceAttributes { get; init; }

    /// <summary>What is wanted of a URL, or null.</summary>
    public NonResourceAttributes? NonResourceAttributes { get; init; }

    /// <summary>Whom it is about, with exactly these groups: none is added. Of no account in a SelfSubjectAccessReview.</summary>
    public UserInfo User { get; init; } = new();

    /// <summary>The request the API server authorizes (upstream: <c>pkg/registry/authorization/util/helpers.go</c>).</summary>
    public RequestAttributes ToAttributes() => ToAttributes(User);

    /// <summary>The request when it is about someone else, such as the sender of a SelfSubjectAccessReview.</summary>
    /// <param name="user">Whom it is about.</param>
    public RequestAttributes ToAttributes(UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return ResourceAttributes?.For(user) ?? new RequestAttributes
        {
            User = user,
            Verb = NonResourceAttributes?.Verb ?? "",
            Path = NonResourceAttributes?.Path ?? "",
        };
    }
}

/// <summary>What is wanted of a resource. Every text counts as it stands; an absent one is <c>""</c>.</summary>
public sealed record ResourceAttributes
{
    /// <summary>The namespace; <c>""</c> for all namespaces and for cluster-scoped resources.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The verb.</summary>
    public string Verb { get; init; } = "";

    /// <summary>The API group; <c>""</c> is the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The API version; <c>""</c> stands for all.</summary>
    public string Version { get; init; } = "";

    /// <summary>The plural resource.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The subresource, or <c>""</c>.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The object's name, or <c>""</c> for all.</summary>
    public string Name { get; init; } = "";

    /// <summary>The field selector of the request, or null.</summary>
    public SelectorAttributes? FieldSelector { get; init; }

    /// <summary>The label selector of the request, or null.</summary>
    public SelectorAttributes? LabelSelector { get; init; }

    internal RequestAttributes For(UserInfo user) => new()
    {
        User = user,
        Verb = Verb,
        Namespace = Namespace,
        ApiGroup = Group,
        ApiVersion = Version.Length == 0 ? "*" : Version,
        Resource = Resource,
        Subresource = Subresource,
        Name = Name,
        IsResourceRequest = true,
    };
}

/// <summary>What is wanted of a URL that is no resource.</summary>
/// <param name="Path">The URL path.</param>
/// <param name="Verb">The verb, as a rule a lower-case HTTP method.</param>
public sealed record NonResourceAttributes(string Path, string Verb)
{
    /// <summary>Go's JSON of the server's internal type, whose fields have no JSON names.</summary>
    internal string ToGoJson() => new GoJsonObject().Text("Path", Path, omitEmpty: false).Text("Verb", Verb, omitEmpty: false).ToString();
}
