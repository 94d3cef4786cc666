using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Formats.Answers;

/// <summary>A policy with edits made to it.</summary>
/// <param name="Changes">The edits, in order.</param>
/// <param name="After">The policy they make of the other one, aggregated roles filled in.</param>
/// <param name="Title">What to call it.</param>
public sealed record PolicyEdit(ImmutableArray<PolicyChange> Changes, PolicySet After, string Title)
{
    /// <summary>Makes the edits.</summary>
    /// <param name="before">The policy.</param>
    /// <param name="applied">The objects to add or replace.</param>
    /// <param name="sources">What they were read from, for the title.</param>
    /// <param name="deletions">The removals, which come after.</param>
    /// <param name="edit">The edits; null when there is a problem.</param>
    /// <param name="problem">Why they cannot be made; null when they can.</param>
    public static bool TryMake(
        PolicySet before,
        PolicySet applied,
        IEnumerable<string> sources,
        ImmutableArray<PolicyChange> deletions,
        [NotNullWhen(true)] out PolicyEdit? edit,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(applied);
        ImmutableArray<PolicyChange> puts = [.. applied.Objects.Select(PolicyChange.Put)];
        var changes = puts.AddRange(deletions);
        var after = before.With(changes, out var missing) with
        {
            Namespaces = before.Namespaces.AddRange(applied.Namespaces),
            ServiceAccounts = before.ServiceAccounts.AddRange(applied.ServiceAccounts),
            CustomResourceDefinitions = before.CustomResourceDefinitions.AddRange(applied.CustomResourceDefinitions),
        };
        if (missing is [var first, ..])
        {
            (edit, problem) = (null, $"nothing to delete: {NameOf(first)} is not in the policy");
            return false;
        }

        var title = string.Join(", ", [.. sources.Select(p => $"apply {p}"), .. deletions.Select(WordsOf)]);
        (edit, problem) = (new PolicyEdit(changes, ClusterRoleAggregation.Apply(after), title), null);
        return true;
    }

    /// <summary>The edits that the API server would refuse when this user makes them.</summary>
    /// <param name="before">The policy before.</param>
    /// <param name="user">Who makes them.</param>
    /// <param name="progress">Told how many edits were looked at.</param>
    public ImmutableArray<RefusedEdit> Refusals(PolicySet before, UserInfo user, IProgress<long> progress)
    {
        ArgumentNullException.ThrowIfNull(before);

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
