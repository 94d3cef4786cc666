using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Lint;

/// <summary>How much a finding matters.</summary>
public enum LintSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Most likely a mistake, or more power than it seems.</summary>
    Warning,

    /// <summary>Hands the cluster to anybody.</summary>
    Error,
}

/// <summary>Something valid that is most likely a mistake.</summary>
/// <param name="Location">Where it was read.</param>
/// <param name="Code">What sort of mistake; one of the constants of <see cref="PolicyLint"/>.</param>
/// <param name="Message">What is odd.</param>
public sealed record LintFinding(SourceLocation Location, string Code, string Message)
{
    /// <summary>How much it matters.</summary>
    public LintSeverity Severity { get; init; } = LintSeverity.Warning;

    /// <summary>The way out, where the message does not say it already; else <c>""</c>.</summary>
    public string Advice { get; init; } = "";

    /// <summary>
    /// What may be removed, together with all that the other findings of the same list name, without a change of what
    /// anybody may do.
    /// </summary>
    public ImmutableArray<PolicyPart> Removable { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How the subject becomes cluster admin, step by step.</summary>
    public ImmutableArray<EscalationStep> Steps { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>A step on the way to cluster admin.</summary>
/// <param name="Actor">Who takes it: a subject the one before has become, or the one it begins with.</param>
/// <param name="Words">What is done.</param>
/// <param name="Change">The write of a role or binding that it is; null when it is something else.</param>
public sealed record EscalationStep(Subject Actor, string Words, PolicyChange? Change);
