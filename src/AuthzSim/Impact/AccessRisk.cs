using AuthzSim.Analysis;

namespace AuthzSim.Impact;

/// <summary>Why gained access matters.</summary>
/// <param name="Severity">How much harm it can do.</param>
/// <param name="Code">What sort of risk; one of the constants of <see cref="RiskCodes"/>.</param>
/// <param name="Reason">The risk in words, such as <c>reads secrets, which hold passwords, keys and tokens</c>.</param>
/// <param name="Access">The part of the gained access that makes it.</param>
public sealed record AccessRisk(Severity Severity, string Code, string Reason, AccessSet Access);
