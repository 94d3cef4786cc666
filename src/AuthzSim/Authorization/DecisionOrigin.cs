using AuthzSim.Rbac;

namespace AuthzSim.Authorization;

/// <summary>Looks up what allowed a request; most callers want no more than the decision.</summary>
internal abstract class DecisionOrigin
{
    /// <summary>The reason, which names the binding.</summary>
    public abstract string Reason { get; }

    /// <summary>The binding, role and subject.</summary>
    public abstract RuleSource Source { get; }

    /// <summary>The rule.</summary>
    public abstract PolicyRule Rule { get; }
}
