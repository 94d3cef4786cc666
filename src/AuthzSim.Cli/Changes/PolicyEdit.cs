using System.Collections.Immutable;
using System.CommandLine;
using AuthzSim.Cli.Flags;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Cli.Changes;

/// <summary>A policy with edits made to it.</summary>
/// <param name="Changes">The edits, in order.</param>
/// <param name="After">The policy they make of the other one, aggregated roles filled in.</param>
/// <param name="Title">What to call it.</param>
internal sealed record PolicyEdit(ImmutableArray<PolicyChange> Changes, PolicySet After, string Title)
{
    /// <summary>Reads and makes the edits.</summary>
    /// <exception cref="CommandException">There is nothing to delete, or the flags are wrong.</exception>
    public static PolicyEdit Read(ParseResult result, CommandContext context, EditFlags edits, PolicyFlags policy, PolicySet before)
    {
        var paths = edits.PathsOf(result);
        var applied = paths.Count > 0 ? policy.LoadFrom(result, context, paths, isWhole: false) : PolicySet.Empty;
        ImmutableArray<PolicyChange> puts = [.. applied.Objects.Select(PolicyChange.Put)];
        ImmutableArray<PolicyChange> deletions = [.. edits.DeletionsOf(result)];
        var changes = puts.AddRange(deletions);
        var after = before.With(changes, out var missing) with
        {
            Namespaces = before.Namespaces.AddRange(applied.Namespaces),
            ServiceAccounts = before.ServiceAccounts.AddRange(applied.ServiceAccounts),
            CustomResourceDefinitions = before.CustomResourceDefinitions.AddRange(applied.CustomResourceDefinitions),
        };
        if (missing is [var first, ..])
        {
            throw new CommandException($"nothing to delete: {NameOf(first)} is not in the policy", CommandException.BadInput);
        }

        var title = string.Join(", ", [.. paths.Select(p => $"apply {p}"), .. deletions.Select(WordsOf)]);
        return new PolicyEdit(changes, ClusterRoleAggregation.Apply(after), title);
    }

    /// <summary>The edits that the API server would refuse when this user makes them.</summary>
    public ImmutableArray<RefusedEdit> Refusals(PolicySet before, UserInfo user, IProgress<long> progress)
    {
        // A namespace that comes with the edits is there before what is put in it.
        var policy = before with { Namespaces = After.Namespaces };
        return
        [
            .. EditRefusals.Find(policy, Changes, user, progress)
                .Select(r => new RefusedEdit(WordsOf(r.Change), r.Status.Message, r.Change.Object?.Location ?? default)),
        ];
    }

    private static string WordsOf(PolicyChange change) => $"{(change.Object is null ? "delete" : "apply")} {NameOf(change)}";

    private static string NameOf(PolicyChange change) =>
        $"{change.Kind} {(change.Namespace.Length > 0 ? RuleText.Shown(change.Namespace) + "/" : "")}{RuleText.Shown(change.Name)}";
}
