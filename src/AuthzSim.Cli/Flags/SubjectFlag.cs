using AuthzSim.Rbac;

namespace AuthzSim.Cli.Flags;

/// <summary>A subject on a command line.</summary>
internal static class SubjectFlag
{
    /// <summary>Reads a subject as <see cref="SubjectArgument"/> does.</summary>
    /// <exception cref="CommandException">The text is no subject.</exception>
    public static Subject Parse(string text) => SubjectArgument.TryParse(text, out var subject)
        ? subject
        : throw new CommandException(SubjectArgument.ProblemOf(text), CommandException.BadInput);
}
