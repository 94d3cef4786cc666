using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>Why the escalation check refuses a write.</summary>
public enum EscalationRefusalKind
{
    /// <summary>The user would grant what they do not hold (403).</summary>
    NotHeld,

    /// <summary>The role to be bound does not exist (404).</summary>
    RoleNotFound,

    /// <summary>The role reference cannot be looked up: its name is no name, or a namespace is missing (400).</summary>
    InvalidRoleReference,

    /// <summary>The role reference's kind is neither Role nor ClusterRole (500).</summary>
    UnsupportedRoleKind,
}

/// <summary>A refusal of the escalation check.</summary>
/// <param name="Kind">What is the matter.</param>
/// <param name="Message">The server's words, without the <c>… is forbidden:</c> before them.</param>
public sealed record EscalationRefusal(EscalationRefusalKind Kind, string Message)
{
    /// <summary>
    /// With <see cref="EscalationRefusalKind.NotHeld"/>, what the user lacks, compacted, in the order in which the message
    /// lists it; otherwise empty.
    /// </summary>
    public ImmutableArray<PolicyRule> MissingRules { get; init => field = value.IsDefault ? [] : value; } = [];
}
