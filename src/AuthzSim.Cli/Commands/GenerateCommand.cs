using System.CommandLine;
using System.Globalization;
using System.Text;
using AuthzSim.Cli.Output;
using AuthzSim.Formats;
using AuthzSim.Generation;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Commands;

/// <summary>Writes a large RBAC set like those of real clusters.</summary>
internal sealed class GenerateCommand : Command, IHasExamples
{
    private const string StandardOutput = "-";

    private readonly CommandContext _context;
    private readonly Option<int?> _bindings = new("--bindings")
    {
        Description = "How many role bindings and cluster role bindings together; 10000 when neither this nor --profile is given.",
        HelpName = "count",
    };

    private readonly Option<string> _profile = new("--profile")
    {
        Description = "A shape with counts of its own: small, mid and big are like real clusters, wide gives 100,000 users a binding each "
            + "(--bindings says another number).",
        HelpName = string.Join(" | ", FleetOptions.Names),
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Which of the sets of this size: equal flags write equal bytes everywhere.",
        HelpName = "number",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _users = new("--users") { Description = "How many users; a fifth of the bindings when not given.", HelpName = "count" };
    private readonly Option<int?> _namespaces = new("--namespaces") { Description = "How many namespaces; one for 40 role bindings when not given.", HelpName = "count" };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "A .json file (one List) or a .yaml or .yml file (many documents); a folder, which exists or ends in /, for a file a "
            + "namespace and cluster-wide.yaml; - for standard output.",
        HelpName = "path",
        DefaultValueFactory = _ => StandardOutput,
    };

    private readonly Option<string> _format = new("--output-format")
    {
        Description = "json or yaml, where the name does not say; json when not given.",
        HelpName = "format",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Write into a folder that is not empty: files of the same names are replaced, others stay.",
    };

    public GenerateCommand(CommandContext context)
        : base("generate", "Write an RBAC set of any size, as large clusters have them, to measure and try things on.")
    {
        _context = context;
        Add(_bindings);
        Add(_profile);
        Add(_seed);
        Add(_users);
        Add(_namespaces);
        Add(_output);
        Add(_format);
        Add(_force);
        _profile.CompletionSources.Add([.. FleetOptions.Names]);
        _format.CompletionSources.Add(OutputFormat.Json, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("The size of a small real cluster, to look at", "generate --profile small --output-format yaml"),
        new("Another one, with few users", "generate --bindings 200 --users 10 --seed 2"),
        new("A million bindings, written as they are made", "generate --bindings 1000000 -o fleet.json"),
        new("A file for each namespace, as in a repository", "generate --bindings 5000 -o policy/"),
    ];

    private int Run(ParseResult result)
    {
        var path = result.GetValue(_output)!;
        var isFolder = path.EndsWith('/') || path.EndsWith(Path.DirectorySeparatorChar) || Directory.Exists(path);
        var format = OutputFormat.Parse(result.GetValue(_format), OutputFormat.Json, OutputFormat.Yaml);
        var fleet = Fleet(result);
        using var progress = new TerminalProgress(_context, done => string.Create(CultureInfo.InvariantCulture, $"generating: {done:N0} of {fleet.Count:N0} objects"));
        var objects = path == StandardOutput && _context.IsOutputTerminal ? fleet.Objects() : Counted(fleet, progress);
        if (path == StandardOutput)
        {
            return OutputStream.Use(_context.Output, stream => Write(objects, format ?? OutputFormat.Json, stream));
        }

        if (isFolder)
        {
            RequireRoom(path, result.GetValue(_force));
            if (format == OutputFormat.Json)
            {
                throw new CommandException("a folder is filled with YAML files: leave out --output-format, or name a .json file", CommandException.BadInput);
            }

            AtomicOutput.FillFolder(path, folder => FleetFolder.Write(objects, folder));
        }
        else
        {
            var named = format ?? FormatOf(path);
            AtomicOutput.WriteFile(path, stream => _ = Write(objects, named, stream));
        }

        progress.Dispose();
        _context.Output.Write(string.Create(CultureInfo.InvariantCulture, $"{path}: {fleet.Count} objects written\n"));
        return 0;
    }

    private FleetGenerator Fleet(ParseResult result)
    {
        var (profile, bindings) = (result.GetValue(_profile), result.GetValue(_bindings));
        if (profile is not null && !FleetOptions.Names.Contains(profile))
        {
            throw new CommandException($"there is no profile \"{profile}\"; there are: {string.Join(", ", FleetOptions.Names)}", CommandException.BadInput);
        }

        var options = profile is null ? new FleetOptions() : FleetOptions.Named(profile);
        if (bindings is not null && options.ClusterRoleBindings is not null)
        {
            throw new CommandException($"the profile {profile} says how many bindings there are: leave out --bindings", CommandException.BadInput);
        }

        options = options with
        {
            Bindings = bindings ?? options.Bindings,
            Seed = result.GetValue(_seed),
            Users = result.GetValue(_users),
            Namespaces = result.GetValue(_namespaces),
        };
        RequireAtLeast(0, "--bindings", bindings);
        RequireAtLeast(1, "--users", options.Users);
        RequireAtLeast(1, "--namespaces", options.Namespaces);
        try
        {
            return new FleetGenerator(options);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new CommandException($"that many roles and bindings are more than {int.MaxValue} objects", CommandException.BadInput);
        }
    }

    private static void RequireAtLeast(int least, string flag, int? value)
    {
        if (value < least)
        {
            throw new CommandException($"{flag} must be at least {least}", CommandException.BadInput);
        }
    }

    private static void RequireRoom(string folder, bool isForced)
    {
        if (!isForced && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new CommandException($"the folder {folder} is not empty: name another, or write into it with --force", CommandException.BadInput);
        }
    }

    private static string FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JSON" => OutputFormat.Json,
        ".YAML" or ".YML" => OutputFormat.Yaml,
        _ => throw new CommandException(
            $"{path} says neither .json nor .yaml: give --output-format, or end the name in / for a folder", CommandException.BadInput),
    };

    /// <summary>Writes everything; the exit code.</summary>
    private static int Write(IEnumerable<RbacObject> objects, string format, Stream stream)
    {
        if (format == OutputFormat.Json)
        {
            ManifestWriter.WriteJson(objects, stream);
            return 0;
        }

        using var text = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
        ManifestWriter.WriteYaml(objects, text);
        return 0;
    }

    private static IEnumerable<RbacObject> Counted(FleetGenerator fleet, TerminalProgress progress)
    {
        const int Step = 1 << 10;
        var done = 0L;
        foreach (var item in fleet.Objects())
        {
            if (++done % Step == 0)
            {
                progress.Report(done);
            }

            yield return item;
        }
    }
}
