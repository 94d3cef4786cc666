using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>One combination of an <see cref="ActionTable"/>: an action, or a set of them where a part is <c>*</c>.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Resource">The resource; null for a URL.</param>
/// <param name="Name">The object's name, or <c>""</c>.</param>
/// <param name="Namespace">The namespace, or <c>""</c>.</param>
/// <param name="Path">The URL path; <c>""</c> for a resource.</param>
public sealed record TestedAction(string Verb, TestedResource? Resource, string Name, string Namespace, string Path)
{
    /// <summary>True when it is one action: no part is <c>*</c>.</summary>
    public bool IsSingle => Verb != RbacNames.All && (Resource is null
        ? !Path.EndsWith('*')
        : Resource.ApiGroup != RbacNames.All && Resource.Resource != RbacNames.All && Resource.Subresource != RbacNames.All
            && Name != RbacNames.All && Namespace != RbacNames.All);

    /// <summary>The same in no namespace: whoever may do that may do it in all of them.</summary>
    internal TestedAction ClusterWide => Namespace == RbacNames.All ? this with { Namespace = "" } : this;

    /// <summary>The action as a request.</summary>
    /// <param name="user">Who asks.</param>
    /// <exception cref="InvalidOperationException">It is a set of actions.</exception>
    public RequestAttributes ToRequest(UserInfo user) =>
        !IsSingle ? throw new InvalidOperationException($"`{this}` is more than one action")
        : Resource is null ? RequestAttributes.ForPath(user, Verb, Path)
        : RequestAttributes.ForResource(user, Verb, Resource.Resource, Resource.ApiGroup, Namespace, Resource.Subresource, Name);

    /// <summary>The actions it stands for.</summary>
    internal AccessSet ToSet(NodeAlgebra algebra)
    {
        var verbs = Part(Verb, AccessNode.Full);
        return Resource is null
            ? new AccessSet(AccessNode.Empty, algebra.Paths([Path], verbs))
            : new AccessSet(
                Part(Namespace, Part(Resource.ApiGroup, Part(Resource.Subresource, Part(Resource.Resource, Part(Name, verbs))))), AccessNode.Empty);

        AccessNode Part(string value, AccessNode node) =>
            value == RbacNames.All ? algebra.Values([], [], node) : algebra.Values([value], node, AccessNode.Empty);
    }

    /// <summary>What a binding grants whose role has a rule of these parts.</summary>
    internal AccessSet ToGrant()
    {
        if (Resource is null)
        {
            return AccessSet.ClusterWide(new PolicyRule { Verbs = [Verb], NonResourceUrls = [Path] });
        }

        var rule = new PolicyRule
        {
            Verbs = [Verb],
            ApiGroups = [Resource.ApiGroup],
            Resources = [Resource.InRules],
            ResourceNames = Name is "" or RbacNames.All ? [] : [Name],
        };
        return Namespace is "" or RbacNames.All ? AccessSet.ClusterWide(rule) : AccessSet.InNamespace(Namespace, rule);
    }

    /// <summary><c>get pods/log web-0 in shop</c>, <c>list secrets in all namespaces</c>, <c>get /metrics</c>.</summary>
    public override string ToString()
    {
        var verb = Verb == RbacNames.All ? "do anything to" : Verb;
        if (Resource is null)
        {
            return $"{verb} {Path}";
        }

        var name = Name == RbacNames.All ? " of any name" : Name.Length > 0 ? " " + Name : "";
        var place = Namespace switch
        {
            RbacNames.All => " in all namespaces",
            "" => Resource.IsNamespaced == false ? "" : " cluster-wide",
            _ => " in " + Namespace,
        };
        return $"{verb} {Resource}{name}{place}";
    }
}
