using AuthzSim.Writes;

namespace AuthzSim.Cli;

/// <summary>Ends a command with <c>error: text</c> and an exit code.</summary>
internal sealed class CommandException : Exception
{
    /// <summary>Exit code of an answer "no" and of every error that kubectl has as well.</summary>
    public const int Failure = 1;

    /// <summary>Exit code of unusable input and of usage errors that kubectl does not have.</summary>
    public const int BadInput = 2;

    public CommandException(string message, int exitCode = Failure)
        : base(message) => ExitCode = exitCode;

    public int ExitCode { get; }

    /// <summary>What is printed before the text; a server's refusal has its own.</summary>
    public string Prefix { get; init; } = "error: ";

    /// <summary>The server's refusal, when it is one.</summary>
    public ApiStatus? Status { get; init; }
}
