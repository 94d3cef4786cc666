using System.Diagnostics.CodeAnalysis;

namespace AuthzSim.Formats.Json;

/// <summary>The input cannot be read past this byte; caught where the file is known.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in one way, with its place")]
[SuppressMessage("Design", "CA1064", Justification = "always caught inside this assembly")]
internal sealed class UnreadableInputException(int index, string code, string message) : Exception(message)
{
    /// <summary>Index into the window's bytes.</summary>
    public int Index => index;

    /// <summary>The diagnostic's code.</summary>
    public string Code => code;
}
