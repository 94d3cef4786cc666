namespace AuthzSim.Impact;

/// <summary>How much harm gained access can do, mildest first.</summary>
public enum Severity
{
    /// <summary>Reads, and nothing that holds secrets.</summary>
    Low,

    /// <summary>Changes objects, or reaches further within one namespace.</summary>
    Medium,

    /// <summary>A way to secrets, to other identities or into containers.</summary>
    High,

    /// <summary>The cluster, or as good as the cluster.</summary>
    Critical,
}
