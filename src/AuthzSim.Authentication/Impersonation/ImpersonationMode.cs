namespace AuthzSim.Authentication.Impersonation;

/// <summary>The ways in which a user may be impersonated, in the order in which they are tried.</summary>
public enum ImpersonationMode
{
    /// <summary>A service account as the node it runs on.</summary>
    AssociatedNode,

    /// <summary>Any node.</summary>
    ArbitraryNode,

    /// <summary>A service account.</summary>
    ServiceAccount,

    /// <summary>Anybody who is neither node nor service account.</summary>
    UserInfo,

    /// <summary>Anybody, by the verb <c>impersonate</c> of old.</summary>
    Legacy,
}
