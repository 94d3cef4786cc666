using System.CommandLine;
using AuthzSim.Cli.Output;
using AuthzSim.Discovery;
using AuthzSim.Formats;
using AuthzSim.Formats.Discovery;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Flags;

/// <summary>The flags that say which policy a command works on.</summary>
internal sealed class PolicyFlags
{
    private readonly Option<string[]> _filename = new("--filename", "-f")
    {
        Description = "Policy: a file, a folder (searched recursively), a glob, or - for standard input. Repeatable.",
        HelpName = "path",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _recursive = new("--recursive", "-R") { Hidden = true };

    private readonly Option<bool> _noDefaultPolicy = new("--no-default-policy")
    {
        Description = "Leave out the default roles and bindings that every v1.36 cluster has.",
    };

    private readonly Option<bool> _skipInvalid = new("--skip-invalid")
    {
        Description = "Carry on without the documents that are malformed or invalid, and say so.",
    };

    public PolicyFlags(Command command, bool canSkip = true)
    {
        command.Add(_filename);
        command.Add(_recursive);
        command.Add(_noDefaultPolicy);
        if (canSkip)
        {
            command.Add(_skipInvalid);
        }
    }

    /// <summary>True when the policy comes from standard input.</summary>
    public bool ReadsStandardInput(ParseResult result) => result.GetValue(_filename)?.Contains("-") == true;

    /// <summary>Reads the policy the flags name and warns of what is odd in it.</summary>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public LoadedPolicy Load(ParseResult result, CommandContext context)
    {
        var read = Read(result, context, result.GetValue(_skipInvalid));
        foreach (var diagnostic in read.Diagnostics)
        {
            context.Warn(diagnostic.ToString());
        }

        if (read.DocumentsSkipped > 0)
        {
            context.Warn($"documents left out because of these errors: {read.DocumentsSkipped}");
        }

        var policy = read.Policy;
        return new LoadedPolicy(policy, new RestMapper(DiscoveryReader.Kubernetes136.WithCustomResources(policy.CustomResourceDefinitions)));
    }

    /// <summary>Reads the policy the flags name, without the documents that are wrong, which are among the diagnostics.</summary>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">A path cannot be read at all.</exception>
    public PolicyLoadResult ReadAll(ParseResult result, CommandContext context) => Read(result, context, skipInvalid: true);

    private PolicyLoadResult Read(ParseResult result, CommandContext context, bool skipInvalid)
    {
        if (result.GetValue(_filename) is not { Length: > 0 } paths)
        {
            throw new CommandException(
                "no policy given: name the files or folders with -f, as in '-f policy/', or read a dump with '-f -'",
                CommandException.BadInput);
        }

        using var progress = new ReadingProgress(context);
        return PolicyLoader.Load(paths, new PolicyLoadOptions
        {
            SkipInvalid = skipInvalid,
            IncludeDefaultPolicy = !result.GetValue(_noDefaultPolicy),
            StandardInput = context.Input,
            BytesRead = progress,
        });
    }
}

/// <summary>A policy and the resource types questions about it may name.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Mapper">The built-in types and those of the policy's custom resource definitions.</param>
internal sealed record LoadedPolicy(PolicySet Policy, RestMapper Mapper);
