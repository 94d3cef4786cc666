using AuthzSim.Audit;

namespace AuthzSim.Formats.Audit;

/// <summary>The events of one input.</summary>
internal abstract class AuditSource
{
    /// <summary>The next event; null at the end.</summary>
    /// <exception cref="PolicyFormatException">What follows cannot be read, and the problems' owner does not go on without it.</exception>
    public abstract AuditEvent? Next();
}
