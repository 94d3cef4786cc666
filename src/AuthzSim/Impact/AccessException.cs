using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Impact;

/// <summary>Access that was agreed on: who may gain it, why, and until when.</summary>
/// <param name="Subjects">Who; a service account has its namespace.</param>
/// <param name="Access">What.</param>
/// <param name="Reason">Why; never empty.</param>
/// <param name="Expires">The last day on which it counts, in UTC.</param>
/// <param name="Location">Where it was read.</param>
public sealed record AccessException(ImmutableArray<Subject> Subjects, AccessSet Access, string Reason, DateOnly Expires, SourceLocation Location)
{
    /// <summary>True when it counts on that day.</summary>
    /// <param name="day">A day, in UTC.</param>
    public bool IsInForce(DateOnly day) => day <= Expires;
}
