using System.CommandLine;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Flags;

/// <summary>The flags that change a policy: objects to apply, objects to delete.</summary>
internal sealed class EditFlags
{
    private readonly Option<string[]> _apply = new("--apply")
    {
        Description = "Objects to add or replace, as kubectl apply would: a file, folder, glob or -. Repeatable; applied in order.",
        HelpName = "path",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _delete = new("--delete")
    {
        Description = "An object to delete, after what is applied: clusterrolebinding/ops, or rolebinding/readers with -n. Repeatable.",
        HelpName = "type/name",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "The namespace of objects to delete; rolebinding/shop/readers names its own.",
        HelpName = "namespace",
    };

    public EditFlags(Command command)
    {
        command.Add(_apply);
        command.Add(_delete);
        command.Add(_namespace);
    }

    /// <summary>True when there is anything to change.</summary>
    public bool IsGiven(ParseResult result) => PathsOf(result).Count > 0 || result.GetValue(_delete) is { Length: > 0 };

    /// <summary>Where the objects to apply are.</summary>
    public IReadOnlyList<string> PathsOf(ParseResult result) => result.GetValue(_apply) ?? [];

    /// <summary>The objects to delete.</summary>
    /// <exception cref="CommandException">One is not named as it should be.</exception>
    public IEnumerable<PolicyChange> DeletionsOf(ParseResult result) =>
        (result.GetValue(_delete) ?? []).Select(text => DeletionOf(text, result.GetValue(_namespace)));

    private static PolicyChange DeletionOf(string text, string? @namespace) =>
        PolicyChange.TryParseDeletion(text, @namespace, out var deletion, out var problem)
            ? deletion
            : throw new CommandException($"--delete {text}: {problem}", CommandException.BadInput);
}
