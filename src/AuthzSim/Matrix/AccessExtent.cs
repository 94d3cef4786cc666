namespace AuthzSim.Matrix;

/// <summary>How much of what a cell of a <see cref="ResourceMatrix"/> asks is allowed.</summary>
public enum AccessExtent
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Only for objects that a rule's <c>resourceNames</c> name.</summary>
    NamedObjects,

    /// <summary>In one namespace at least, but not everywhere.</summary>
    SomeNamespaces,

    /// <summary>All that is asked: the whole namespace, or the whole cluster when none was given.</summary>
    Full,
}
