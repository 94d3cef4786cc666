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

    private static PolicyChange DeletionOf(string text, string? @namespace)
    {
        var parts = text.Split('/', 2);
        var type = parts[0].ToLowerInvariant();
        if (type.EndsWith("." + RbacNames.Group, StringComparison.Ordinal))
        {
            type = type[..^(RbacNames.Group.Length + 1)];
        }

        if (RbacNames.KindOf(type) is not { } kind || parts is not [_, { Length: > 0 } rest])
        {
            throw new CommandException(
                $"--delete {text}: expected TYPE/NAME, such as clusterrolebinding/ops or rolebinding/readers with -n shop", CommandException.BadInput);
        }

        if (!RbacNames.IsNamespaced(kind))
        {
            return PolicyChange.Delete(kind, "", rest);
        }

        return rest.Split('/', 2) switch
        {
            [{ Length: > 0 } own, { Length: > 0 } name] => PolicyChange.Delete(kind, own, name),
            [{ Length: > 0 } name] when !string.IsNullOrEmpty(@namespace) => PolicyChange.Delete(kind, @namespace, name),
            _ => throw new CommandException($"--delete {text}: a {kind} is in a namespace: give it with -n", CommandException.BadInput),
        };
    }
}
