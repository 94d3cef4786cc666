using System.CommandLine;
using AuthzSim.Cli.Flags;
using AuthzSim.Formats;

namespace AuthzSim.Cli.Commands;

/// <summary>Policy files to one snapshot, which every command reads in their place.</summary>
internal sealed class CompileCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The snapshot file to write.",
        HelpName = "file",
    };

    private readonly PolicyFlags _policy;

    public CompileCommand(CommandContext context)
        : base("compile", "Write policy as one snapshot that loads many times faster; -f takes it wherever it takes files.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        Add(_output);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Compile a folder, default policy and aggregated roles included", "compile -f fixtures/examples/shop -o policy.authz"),
        new("Compile a dump of a cluster, which has the default policy already", "compile -f fixtures/conformance/cluster.json --no-default-policy -o cluster.authz"),
        new("Ask the snapshot", "can-i list pods --as myuser -f policy.authz"),
    ];

    private int Run(ParseResult result)
    {
        if (result.GetValue(_output) is not { Length: > 0 } path)
        {
            throw new CommandException("no file to write: name it with -o, as in '-o policy.authz'", CommandException.BadInput);
        }

        var (policy, includesDefaultPolicy) = _policy.LoadForSnapshot(result, _context);
        PolicySnapshot.WriteFile(policy, path, includesDefaultPolicy);
        var bindings = policy.ClusterRoleBindings.Length + policy.RoleBindings.Length;
        _context.Output.Write(
            $"{path}: {policy.Count - bindings} roles, {bindings} bindings, {new FileInfo(path).Length} bytes"
            + $" ({(includesDefaultPolicy ? "with" : "without")} the default policy)\n");
        return 0;
    }
}
