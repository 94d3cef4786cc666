using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Somebody with all that matters of what they are granted.</summary>
/// <param name="Who">The subject or user.</param>
/// <param name="Before">The grants before.</param>
/// <param name="After">The grants after.</param>
/// <param name="SubjectIn">The subject that they are in a binding.</param>
internal sealed record Holder<TWho>(TWho Who, List<Grant> Before, List<Grant> After, Func<RbacBinding, Subject> SubjectIn);

/// <summary>Puts those whose access changes alike together; through what it changes is looked for when someone asks.</summary>
internal sealed class AccessChanges(RoleAccess access, AllowingRules rulesBefore, AllowingRules rulesAfter)
{
    private readonly Lock _searching = new();

    /// <summary>The changes in the order of the first of their holders.</summary>
    public ImmutableArray<AccessChange<TWho>> Of<TWho>(IEnumerable<Holder<TWho>> holders)
    {
        List<((RuleNodes Gained, RuleNodes Lost) Difference, List<Holder<TWho>> Alike)> changes = [];
        Dictionary<(RuleNodes Gained, RuleNodes Lost), List<Holder<TWho>>> byDifference = [];
        foreach (var holder in holders)
        {
            var (before, after) = (new ScopedAccess(access.Algebra, holder.Before), new ScopedAccess(access.Algebra, holder.After));
            var difference = (Gained: after.Except(before), Lost: before.Except(after));
            if (difference == (RuleNodes.None, RuleNodes.None))
            {
                continue;
            }

            if (!byDifference.TryGetValue(difference, out var alike))
            {
                byDifference.Add(difference, alike = []);
                changes.Add((difference, alike));
            }

            alike.Add(holder);
        }

        return [.. changes.Select(c => ToChange(new AccessSet(c.Difference.Gained), new AccessSet(c.Difference.Lost), c.Alike))];
    }

    private AccessChange<TWho> ToChange<TWho>(AccessSet gained, AccessSet lost, List<Holder<TWho>> alike) => new(
        [.. alike.Select(h => h.Who)],
        gained,
        lost,
        Search(rulesAfter, gained, alike.Select(h => (h.After, h.SubjectIn))),
        Search(rulesBefore, lost, alike.Select(h => (h.Before, h.SubjectIn))));

    private Lazy<ImmutableArray<AllowingPath>> Search(
        AllowingRules rules, AccessSet set, IEnumerable<(List<Grant> Grants, Func<RbacBinding, Subject> SubjectIn)> granted) => new(() =>
        {
            lock (_searching)
            {
                return rules.Of(set, granted);
            }
        });
}
