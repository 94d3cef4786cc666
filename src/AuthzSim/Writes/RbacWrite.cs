using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Writes;

/// <summary>What a write does.</summary>
public enum RbacWriteVerb
{
    /// <summary>POST to the collection.</summary>
    Create,

    /// <summary>PUT of one object, which creates it when it is not there.</summary>
    Update,
}

/// <summary>One write of an RBAC object, as a request to the API server's v1 endpoint of its kind.</summary>
public sealed record RbacWrite
{
    private RbacWrite(UserInfo user, RbacWriteVerb verb, RbacObject @object, string @namespace, string name)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (@object.IsNamespaced == (@namespace.Length == 0))
        {
            throw new ArgumentException(
                @object.IsNamespaced ? $"A {@object.Kind} is written in a namespace." : $"A {@object.Kind} has no namespace.",
                nameof(@namespace));
        }

        (User, Verb, Object, Namespace, Name) = (user, verb, @object, @namespace, name);
    }

    /// <summary>Who writes: the effective user.</summary>
    public UserInfo User { get; }

    /// <summary>What the write does.</summary>
    public RbacWriteVerb Verb { get; }

    /// <summary>The object of the body; it need not be defaulted. Its kind is the endpoint's.</summary>
    public RbacObject Object { get; }

    /// <summary>The namespace of the URL, <c>""</c> for cluster-scoped kinds.</summary>
    public string Namespace { get; }

    /// <summary>The name of the URL, <c>""</c> on create.</summary>
    public string Name { get; }

    /// <summary>The five characters that follow <see cref="ObjectMeta.GenerateName"/>; the server draws them at random.</summary>
    public string GeneratedNameSuffix { get; init; } = "xxxxx";

    /// <summary>What the authorizer is asked first.</summary>
    public RequestAttributes Attributes => new()
    {
        User = User,
        Verb = Verb == RbacWriteVerb.Create ? "create" : "update",
        ApiGroup = RbacNames.Group,
        ApiVersion = "v1",
        Resource = Object.Resource,
        Namespace = Namespace,
        Name = Name,
        IsResourceRequest = true,
    };

    /// <summary>A create.</summary>
    /// <param name="user">Who writes.</param>
    /// <param name="object">The object.</param>
    /// <param name="namespace">The namespace of the URL; null takes the object's, as kubectl does.</param>
    /// <exception cref="ArgumentException">A namespaced kind without a namespace, or the reverse.</exception>
    public static RbacWrite Create(UserInfo user, RbacObject @object, string? @namespace = null)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return new RbacWrite(user, RbacWriteVerb.Create, @object, @namespace ?? OwnNamespace(@object), name: "");
    }

    /// <summary>An update.</summary>
    /// <param name="user">Who writes.</param>
    /// <param name="object">The object.</param>
    /// <param name="namespace">The namespace of the URL; null takes the object's, as kubectl does.</param>
    /// <param name="name">The name of the URL; null takes the object's.</param>
    /// <exception cref="ArgumentException">A namespaced kind without a namespace, or the reverse, or no name.</exception>
    public static RbacWrite Update(UserInfo user, RbacObject @object, string? @namespace = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(@object);
        var urlName = name ?? @object.Metadata.Name;
        ArgumentException.ThrowIfNullOrEmpty(urlName, nameof(name));
        return new RbacWrite(user, RbacWriteVerb.Update, @object, @namespace ?? OwnNamespace(@object), urlName);
    }

    private static string OwnNamespace(RbacObject @object) => @object.IsNamespaced ? @object.Metadata.Namespace : "";
}
