using AuthzSim.Requests;

namespace AuthzSim.Cli;

/// <summary>What a command sees of the world around it, so that a whole run fits into a test.</summary>
public sealed record CommandContext
{
    /// <summary>Standard input, which <c>-f -</c> reads.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>True when standard output is a terminal: tables are drawn for people.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>True when standard error is a terminal: warnings are coloured.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Asks the terminal for its width in columns; 0 when it does not know.</summary>
    public Func<int> TerminalWidth { get; init; } = () => 0;

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> EnvironmentVariable { get; init; } = _ => null;

    /// <summary>Who asks when no <c>--as</c> is given; null makes that an error.</summary>
    public DefaultIdentity? DefaultIdentity { get; init; }

    /// <summary>The clock, where no <c>--time</c> is given.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gives the token that Ctrl-C cancels, from then on instead of ending the program: for commands that go on until then.
    /// </summary>
    public Func<CancellationToken> Interruption { get; init; } = () => CancellationToken.None;

    /// <summary>False under <c>NO_COLOR</c> (set to anything) and on a dumb terminal.</summary>
    internal bool AllowsColor => EnvironmentVariable("NO_COLOR") is null && EnvironmentVariable("TERM") != "dumb";

    /// <summary>Prints a warning as kubectl does (upstream: <c>cli-runtime/pkg/printers/warningprinter.go</c>).</summary>
    /// <param name="text">The text; a final line feed in it makes an empty line.</param>
    internal void Warn(string text)
    {
        var isColored = IsErrorTerminal && AllowsColor && (!OperatingSystem.IsWindows() || EnvironmentVariable("WT_SESSION") is not null);
        Error.Write(isColored ? "\e[33;1mWarning:\e[0m " : "Warning: ");
        Error.Write(text);
        Error.Write('\n');
    }
}

/// <summary>The caller behind the command line, as a kubeconfig's user entry is to kubectl.</summary>
/// <param name="Name">The entry's name, which error texts give.</param>
/// <param name="User">The user it authenticates as.</param>
public sealed record DefaultIdentity(string Name, UserInfo User);
