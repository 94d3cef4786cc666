using System.Diagnostics.CodeAnalysis;

namespace AuthzSim.Formats.Manifests;

/// <summary>The input cannot be read any further, and why was reported.</summary>
[SuppressMessage("Design", "CA1032", Justification = "has nothing to say")]
[SuppressMessage("Design", "CA1064", Justification = "always caught inside this assembly")]
internal sealed class ReadingStoppedException : Exception
{
}
