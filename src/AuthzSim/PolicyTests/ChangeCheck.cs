using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.PolicyTests;

/// <summary>Applies a change and compares what it gives and takes with what was stated.</summary>
internal sealed class ChangeCheck(PolicySet policy, RoleAccess access)
{
    public ImmutableArray<TestFinding> Find(ChangeAssertion assertion)
    {
        var changed = policy.With(assertion.Changes, out var missing);
        List<TestFinding> findings = [.. missing.Select(change => new TestFinding(FindingKind.NothingToDelete, null) { Change = change })];
        var diff = PolicyDiff.Compute(policy, ClusterRoleAggregation.Apply(changed));
        if (!assertion.Gains.IsDefault)
        {
            Compare(assertion.Gains, diff.Subjects.Select(c => (c.Who, c.Gained, c.GainedThrough)), (FindingKind.Gained, FindingKind.NotGained), findings);
        }

        if (!assertion.Losses.IsDefault)
        {
            Compare(assertion.Losses, diff.Subjects.Select(c => (c.Who, c.Lost, c.LostThrough)), (FindingKind.Lost, FindingKind.NotLost), findings);
        }

        return [.. findings];
    }

    private void Compare(
        ImmutableArray<AccessTable> tables,
        IEnumerable<(ImmutableArray<Subject> Who, AccessSet Set, ImmutableArray<AllowingPath> Through)> changes,
        (FindingKind Found, FindingKind Missing) kinds,
        List<TestFinding> findings)
    {
        var stated = StatedIn(tables);
        Dictionary<SubjectIdentity, AccessSet> found = [];
        foreach (var (who, set, through) in changes)
        {
            foreach (var subject in set.IsEmpty ? [] : who)
            {
                var identity = SubjectIdentity.Of(subject, "");
                found.Add(identity, set);
                var extra = stated.TryGetValue(identity, out var expected) ? set.Except(expected.Grants) : set;
                if (!extra.IsEmpty)
                {
                    findings.Add(new TestFinding(kinds.Found, subject) { Access = extra, Paths = [.. PathsOf(identity, extra, through)] });
                }
            }
        }

        foreach (var (identity, (subject, actions, _)) in stated)
        {
            var missing = actions.Except(found.GetValueOrDefault(identity, AccessSet.Empty));
            if (!missing.IsEmpty)
            {
                findings.Add(new TestFinding(kinds.Missing, subject) { Access = missing });
            }
        }
    }

    private IEnumerable<AllowingPath> PathsOf(SubjectIdentity identity, AccessSet set, ImmutableArray<AllowingPath> through) => through.Where(p =>
        p.Source.Binding.Subjects.Any(s => SubjectIdentity.Of(s, p.Source.Binding) == identity)
        && SubjectGrants.Allowing(set, p.Source, access).Any(a => ReferenceEquals(a.Rule, p.Rule)));

    /// <summary>
    /// Whom the tables name, with the actions they state, and with these as rules grant them: a rule matches a little more than
    /// real requests ask for, which is not held against the tables.
    /// </summary>
    private Dictionary<SubjectIdentity, (Subject Subject, AccessSet Actions, AccessSet Grants)> StatedIn(ImmutableArray<AccessTable> tables)
    {
        Dictionary<SubjectIdentity, (Subject Subject, AccessSet Actions, AccessSet Grants)> stated = [];
        foreach (var table in tables)
        {
            var (actions, grants) = (AccessSet.Empty, AccessSet.Empty);
            foreach (var action in table.Actions.Expand())
            {
                actions = actions.Union(action.ToSet(access.Algebra));
                grants = grants.Union(action.ToGrant());
            }

            foreach (var subject in table.Subjects)
            {
                var identity = SubjectIdentity.Of(subject, "");
                stated[identity] = stated.TryGetValue(identity, out var before)
                    ? (before.Subject, before.Actions.Union(actions), before.Grants.Union(grants))
                    : (subject, actions, grants);
            }
        }

        return stated;
    }
}
