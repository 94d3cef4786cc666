using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace AuthzSim.Cli;

/// <summary>A command line that shows a command at work.</summary>
/// <param name="Purpose">The question it answers.</param>
/// <param name="Arguments">The arguments after the program's name; they run from the root of a checkout.</param>
internal sealed record Example(string Purpose, string Arguments);

/// <summary>A command whose help ends with examples.</summary>
internal interface IHasExamples
{
    /// <summary>The examples.</summary>
    IEnumerable<Example> Examples { get; }

    /// <summary>The members of what <c>-o json</c> and <c>-o yaml</c> print, one a line; empty when they print an API object.</summary>
    string OutputShape => "";
}

/// <summary>System.CommandLine's help, and examples after it.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        new HelpAction { MaxWidth = 120 }.Invoke(parseResult);
        if (parseResult.CommandResult.Command is IHasExamples command)
        {
            var output = parseResult.InvocationConfiguration.Output;
            if (command.OutputShape is { Length: > 0 } shape)
            {
                output.Write($"JSON and YAML output:\n  {shape.ReplaceLineEndings("\n  ")}\n\n");
            }

            output.Write("Examples:\n");
            foreach (var example in command.Examples)
            {
                output.Write($"  # {example.Purpose}\n  {AuthzSimCommand.Name} {example.Arguments}\n\n");
            }
        }

        return 0;
    }
}

/// <summary>Prints the program's version and the Kubernetes version whose answers it gives.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <summary>The version, with the commit it was built from after a <c>+</c>.</summary>
    public static string Version { get; } =
        typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write($"{AuthzSimCommand.Name} {Version.Split('+')[0]} (Kubernetes v1.36.2)\n");
        return 0;
    }
}
