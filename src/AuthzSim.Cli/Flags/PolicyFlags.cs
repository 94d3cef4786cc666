using System.Collections.Immutable;
using System.CommandLine;
using AuthzSim.Cli.Output;
using AuthzSim.Compiled;
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
        Description = "Policy: a file, a folder (searched recursively), a glob, a snapshot of compile, or - for standard input. Repeatable.",
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

    /// <summary>The paths the policy is read from.</summary>
    public string[] PathsOf(ParseResult result) => result.GetValue(_filename) ?? [];

    /// <summary>True when the policy comes from standard input.</summary>
    public bool ReadsStandardInput(ParseResult result) => result.GetValue(_filename)?.Contains("-") == true;

    /// <summary>True when a policy was named.</summary>
    public bool IsGiven(ParseResult result) => result.GetValue(_filename) is { Length: > 0 };

    /// <summary>True when the default policy is part of it.</summary>
    public bool IncludesDefaultPolicy(ParseResult result) => !result.GetValue(_noDefaultPolicy);

    /// <summary>True when what is invalid is to be left out.</summary>
    public bool SkipsInvalid(ParseResult result) => result.GetValue(_skipInvalid);

    /// <summary>Reads the policy the flags name and warns of what is odd in it.</summary>
    /// <param name="result">The flags.</param>
    /// <param name="context">Where warnings go.</param>
    /// <param name="visitor">Reads other objects out of the same files; null when nobody wants them.</param>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public LoadedPolicy Load(ParseResult result, CommandContext context, IManifestVisitor? visitor = null)
    {
        var read = Read(result, context, result.GetValue(_skipInvalid), visitor);
        Warn(read, context);
        return new LoadedPolicy(read.Policy, MapperOf(read.Policy.CustomResourceDefinitions));
    }

    /// <summary>
    /// The policy the flags name, to ask questions of: a snapshot that stands alone is compiled without making its objects.
    /// </summary>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public AnsweringPolicy LoadAnswering(ParseResult result, CommandContext context, IManifestVisitor? visitor = null)
    {
        if (SnapshotAlone(result) is { } snapshot)
        {
            return new AnsweringPolicy(snapshot.Compile(), MapperOf(snapshot.CustomResourceDefinitions));
        }

        var loaded = Load(result, context, visitor);
        return new AnsweringPolicy(new RbacAuthorizer(loaded.Policy), loaded.Mapper);
    }

    /// <summary>The policy the flags name, compiled: for commands that ask so much that compiling pays.</summary>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public CompiledPolicy LoadCompiled(ParseResult result, CommandContext context) =>
        SnapshotAlone(result)?.Compile() ?? CompiledPolicy.Compile(Load(result, context).Policy);

    /// <summary>Another policy than the one the flags name, read in the same way.</summary>
    /// <param name="paths">Its paths.</param>
    /// <param name="result">The flags.</param>
    /// <param name="context">Where warnings go.</param>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public CompiledPolicy LoadCompiled(string[] paths, ParseResult result, CommandContext context)
    {
        if (SnapshotAlone(paths, result) is { } snapshot)
        {
            return snapshot.Compile();
        }

        return CompiledPolicy.Compile(LoadFrom(result, context, paths));
    }

    /// <summary>The policy the flags name as objects, and whether the default policy is part of it.</summary>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public (PolicySet Policy, bool IncludesDefaultPolicy) LoadForSnapshot(ParseResult result, CommandContext context)
    {
        var read = Read(result, context, result.GetValue(_skipInvalid));
        Warn(read, context);
        return (read.Policy, read.IncludesDefaultPolicy);
    }

    /// <summary>Reads the policy the flags name, without the documents that are wrong, which are among the diagnostics.</summary>
    /// <exception cref="CommandException">No policy was named.</exception>
    /// <exception cref="PolicyFormatException">A path cannot be read at all.</exception>
    public PolicyLoadResult ReadAll(ParseResult result, CommandContext context) => Read(result, context, skipInvalid: true);

    /// <summary>Reads a policy from other paths than those of <c>-f</c>, with the same flags, and warns of what is odd in it.</summary>
    /// <param name="result">The flags.</param>
    /// <param name="context">Where warnings go.</param>
    /// <param name="paths">Where to read.</param>
    /// <param name="isWhole">False for a part of a policy, which the default policy is not joined to.</param>
    /// <exception cref="PolicyFormatException">The policy cannot be read.</exception>
    public PolicySet LoadFrom(ParseResult result, CommandContext context, IReadOnlyList<string> paths, bool isWhole = true)
    {
        var read = ReadFrom(
            paths, context, result.GetValue(_skipInvalid), isWhole && !result.GetValue(_noDefaultPolicy), visitor: null);
        Warn(read, context);
        return read.Policy;
    }

    private static void Warn(PolicyLoadResult read, CommandContext context)
    {
        foreach (var diagnostic in read.Diagnostics)
        {
            context.Warn(diagnostic.ToString());
        }

        if (read.DocumentsSkipped > 0)
        {
            context.Warn($"documents left out because of these errors: {read.DocumentsSkipped}");
        }
    }

    private static RestMapper MapperOf(ImmutableArray<CustomResourceDefinition> definitions) =>
        new(DiscoveryReader.Kubernetes136.WithCustomResources(definitions));

    /// <summary>The snapshot that is the whole policy; null when there is more to it, or less.</summary>
    private PolicySnapshot? SnapshotAlone(ParseResult result) => SnapshotAlone(result.GetValue(_filename), result);

    private PolicySnapshot? SnapshotAlone(string[]? paths, ParseResult result) =>
        paths is [var path] && OpenSnapshot(path) is { } snapshot
        && !(snapshot.IncludesDefaultPolicy && result.GetValue(_noDefaultPolicy))
            ? snapshot
            : null;

    /// <summary>The snapshot in a file; null for everything else, which the loader judges.</summary>
    private static PolicySnapshot? OpenSnapshot(string path)
    {
        // A pipe, which can be read only once, shows no length.
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        return PolicySnapshot.IsSnapshot(file) ? PolicySnapshot.Open(file, path) : null;
    }

    private PolicyLoadResult Read(ParseResult result, CommandContext context, bool skipInvalid, IManifestVisitor? visitor = null)
    {
        if (result.GetValue(_filename) is not { Length: > 0 } paths)
        {
            throw new CommandException(
                "no policy given: name the files or folders with -f, as in '-f policy/', or read a dump with '-f -'",
                CommandException.BadInput);
        }

        return ReadFrom(paths, context, skipInvalid, !result.GetValue(_noDefaultPolicy), visitor);
    }

    private static PolicyLoadResult ReadFrom(
        IReadOnlyList<string> paths, CommandContext context, bool skipInvalid, bool includeDefaultPolicy, IManifestVisitor? visitor)
    {
        using var progress = new ReadingProgress(context);
        return PolicyLoader.Load(paths, new PolicyLoadOptions
        {
            SkipInvalid = skipInvalid,
            IncludeDefaultPolicy = includeDefaultPolicy,
            StandardInput = context.Input,
            BytesRead = progress,
            Visitor = visitor,
        });
    }
}

/// <summary>A policy and the resource types questions about it may name.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Mapper">The built-in types and those of the policy's custom resource definitions.</param>
internal sealed record LoadedPolicy(PolicySet Policy, RestMapper Mapper);

/// <summary>A policy to ask questions of, and the resource types they may name.</summary>
/// <param name="Evaluator">Answers.</param>
/// <param name="Mapper">The built-in types and those of the policy's custom resource definitions.</param>
internal sealed record AnsweringPolicy(IRbacEvaluator Evaluator, RestMapper Mapper);
