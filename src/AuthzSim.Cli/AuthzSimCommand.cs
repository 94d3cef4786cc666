using System.CommandLine;
using System.CommandLine.Help;
using AuthzSim.Cli.Commands;
using AuthzSim.Cli.Flags;
using AuthzSim.Formats;

namespace AuthzSim.Cli;

/// <summary>The command line <c>authzsim</c>.</summary>
public static class AuthzSimCommand
{
    internal const string Name = "authzsim";

    /// <summary>Runs one command line in process.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <param name="context">The world around it.</param>
    /// <returns>The exit code: 0 yes or success, 1 no or an error kubectl has as well, 2 unusable input.</returns>
    public static int Run(string[] args, CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var exit = Execute(args, context);
            context.Output.Flush();
            context.Error.Flush();
            return exit;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Error.Write($"error: {e.Message}\n");
            return CommandException.BadInput;
        }
    }

    private static int Execute(string[] args, CommandContext context)
    {
        var root = Create(context);
        if (args is [var directive, ..] && Completion.TryParse(directive, out var position))
        {
            Completion.Suggest(root, position, args.Length > 1 ? args[1] : "", context.Output);
            return 0;
        }

        try
        {
            var result = root.Parse(FlagSyntax.Canonicalize(root, args), new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (result.Errors is [var error, ..])
            {
                throw new CommandException(error.Message, CommandException.BadInput);
            }

            return result.Invoke(new InvocationConfiguration
            {
                Output = context.Output,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e) when (IsForUser(e))
        {
            return Report(e, context);
        }
    }

    /// <summary>True for what ends a command with a text for the one who typed it.</summary>
    internal static bool IsForUser(Exception exception) => exception is CommandException or PolicyFormatException;

    /// <summary>Says on standard error what ended a command.</summary>
    /// <returns>The exit code.</returns>
    internal static int Report(Exception exception, CommandContext context)
    {
        if (exception is CommandException command)
        {
            context.Error.Write($"{command.Prefix}{command.Message}\n");
            return command.ExitCode;
        }

        foreach (var diagnostic in exception is PolicyFormatException format ? format.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Warning) : [])
        {
            context.Warn(diagnostic.ToString());
        }

        context.Error.Write(exception.Message + "\n");
        return CommandException.BadInput;
    }

    private static Command Create(CommandContext context)
    {
        var root = new Command(Name, "Answers \"can user X do Y to Z\" as a Kubernetes v1.36 API server does, from policy files alone.")
        {
            new CanICommand(context),
            new WhoCanCommand(context),
            new ExplainCommand(context),
            new DiffCommand(context),
            new LintCommand(context),
            new MatrixCommand(context),
            new ValidateCommand(context),
            new TestCommand(context),
            new CompareCommand(context),
            new CompileCommand(context),
            new EvalCommand(context),
            new ReplayCommand(context),
            new UsageCommand(context),
            new GenerateCommand(context),
            new BenchCommand(context),
            new ServeCommand(context),
            new WhoAmICommand(context),
            new TokenCommand(context),
            new CompletionCommand(context),
            new HelpOption("--help", "-h") { Description = "Show help and examples.", Action = new HelpWithExamples(), Recursive = true },
            new VersionOption("--version") { Description = "Show the version.", Action = new VersionAction() },
        };
        root.SetAction(result => new HelpWithExamples().Invoke(result));
        return root;
    }
}
