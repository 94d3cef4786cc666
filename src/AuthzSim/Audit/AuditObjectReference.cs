namespace AuthzSim.Audit;

/// <summary>What an event says its request was about (upstream: <c>ObjectReference</c> of <c>audit.k8s.io/v1</c>).</summary>
/// <param name="Resource">The plural resource.</param>
/// <param name="Namespace">The namespace, or <c>""</c>.</param>
/// <param name="Name">The object's name, or <c>""</c>; of a create the server fills it in from the body.</param>
/// <param name="ApiGroup">The API group; <c>""</c> is the core group.</param>
/// <param name="ApiVersion">The API version.</param>
/// <param name="Subresource">The subresource, or <c>""</c>.</param>
public sealed record AuditObjectReference(
    string Resource, string Namespace = "", string Name = "", string ApiGroup = "", string ApiVersion = "", string Subresource = "");
