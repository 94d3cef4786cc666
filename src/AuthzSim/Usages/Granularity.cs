namespace AuthzSim.Usages;

/// <summary>How far a suggested policy goes beyond the very requests that were seen.</summary>
public enum Granularity
{
    /// <summary>The verbs seen, on the objects seen: names stay names where every request of a verb had one.</summary>
    Name,

    /// <summary>The verbs seen on a resource, on all of its objects in the namespaces where they were seen.</summary>
    Namespace,

    /// <summary>The verbs seen in an API group, on all resources of the group, in the namespaces where they were seen.</summary>
    Group,

    /// <summary>The verbs seen on a resource, on all of its objects in every namespace.</summary>
    Resource,
}
