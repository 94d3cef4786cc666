using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Impact;

/// <summary>A <see cref="PolicyDiff"/> with the severity of what was gained. Immutable.</summary>
public sealed class AssessedDiff
{
    private AssessedDiff(
        ImmutableArray<AssessedChange<Subject>> subjects,
        ImmutableArray<AssessedChange<UserInfo>> people,
        ImmutableArray<AccessException> expired,
        ImmutableArray<AccessException> unused) => (Subjects, People, Expired, Unused) = (subjects, people, expired, unused);

    /// <summary>What each subject gained and lost, worst first; mere losses last.</summary>
    public ImmutableArray<AssessedChange<Subject>> Subjects { get; }

    /// <summary>What people gained and lost by name and groups together, worst first.</summary>
    public ImmutableArray<AssessedChange<UserInfo>> People { get; }

    /// <summary>Exceptions that do not count any more, though they would agree to something gained.</summary>
    public ImmutableArray<AccessException> Expired { get; }

    /// <summary>Exceptions in force that agree to nothing that was gained.</summary>
    public ImmutableArray<AccessException> Unused { get; }

    /// <summary>True when nobody's access changed.</summary>
    public bool IsEmpty => Subjects.IsEmpty;

    /// <summary>True when somebody gained what no exception agrees to.</summary>
    public bool HasGain => Subjects.Any(c => !c.Unagreed.IsEmpty);

    /// <summary>True when somebody lost something.</summary>
    public bool HasLoss => Subjects.Any(c => !c.Change.Lost.IsEmpty);

    /// <summary>The severity of the worst gain, among subjects and people; null without one.</summary>
    public Severity? Severity => Subjects.Select(c => c.Severity).Concat(People.Select(c => c.Severity)).Max();

    /// <summary>Judges a diff.</summary>
    /// <param name="diff">The diff.</param>
    /// <param name="after">The policy after, which says who may do everything then.</param>
    /// <param name="exceptions">What was agreed on.</param>
    /// <param name="today">The day, in UTC, on which exceptions have to be in force.</param>
    public static AssessedDiff Of(PolicyDiff diff, PolicySet after, IReadOnlyCollection<AccessException> exceptions, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(diff);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(exceptions);
        var agreements = new Agreements(exceptions, today);
        var admins = ClusterAdmins.Of(after, diff);
        var subjects = diff.Subjects.SelectMany(change => Split(
            change, s => [SubjectIdentity.Of(s, s.Namespace)], agreements, admins, AccessRisks.OfReach,
            s => s is { Kind: RbacNames.GroupKind, Name: RbacNames.SystemMasters }));
        var people = diff.People.SelectMany(change => Split(
            change, SubjectIdentity.Of, agreements, admins, (_, _) => null, p => p.Groups.Contains(RbacNames.SystemMasters)));
        return new AssessedDiff(Ordered(subjects), Ordered(people), agreements.Expired(), agreements.Unused());
    }

    /// <summary>A change, apart for those to whom other exceptions apply or who become cluster admins by it.</summary>
    private static IEnumerable<AssessedChange<TWho>> Split<TWho>(
        AccessChange<TWho> change,
        Func<TWho, IReadOnlyCollection<SubjectIdentity>> identitiesOf,
        Agreements agreements,
        ClusterAdmins admins,
        Func<TWho, AccessSet, AccessRisk?> reachOf,
        Func<TWho, bool> isMaster)
    {
        var alike = change.Who.GroupBy(who =>
        {
            var identities = identitiesOf(who);
            return new Kind(
                agreements.Of(identities, change.Gained), admins.Contains(identities) && !change.Gained.IsEmpty, reachOf(who, change.Gained)?.Reason, isMaster(who));
        });
        foreach (var group in alike)
        {
            ImmutableArray<TWho> who = [.. group];
            var unagreed = group.Key.Exceptions.Items.Aggregate(change.Gained, (set, exception) => set.Except(exception.Access));
            List<AccessRisk> risks = group.Key.IsAdmin && !unagreed.IsEmpty

                // Whoever may do everything needs no list of what that includes.
                ? [new AccessRisk(Impact.Severity.Critical, RiskCodes.ClusterAdmin, "becomes cluster admin: may do everything", unagreed)]
                : [.. AccessRisks.Of(unagreed)];
            if (!unagreed.IsEmpty && reachOf(who[0], unagreed) is { } reach)
            {
                risks.Add(reach);
            }

            var own = who.Length == change.Who.Length ? change : Part(change, who, who.SelectMany(identitiesOf).ToHashSet());
            yield return new AssessedChange<TWho>(
                own, unagreed, AccessRisks.Ordered(risks), group.Key.Exceptions.Items,
                group.Key.IsMaster ? $"no effect: members of {RbacNames.SystemMasters} may do everything anyway" : null);
        }
    }

    /// <summary>A change for some of those it is for, with what these have it through.</summary>
    private static AccessChange<TWho> Part<TWho>(AccessChange<TWho> change, ImmutableArray<TWho> who, HashSet<SubjectIdentity> identities)
    {
        return change with { Who = who, GainedThrough = Own(change.GainedThrough), LostThrough = Own(change.LostThrough) };

        ImmutableArray<AllowingPath> Own(ImmutableArray<AllowingPath> paths) =>
            [.. paths.Where(p => identities.Contains(SubjectIdentity.Of(p.Source.Subject, p.Source.Binding)))];
    }

    private static ImmutableArray<AssessedChange<TWho>> Ordered<TWho>(IEnumerable<AssessedChange<TWho>> changes) =>
        [.. changes.OrderByDescending(c => c.Severity is { } s ? (int)s : -1).ThenByDescending(c => !c.Change.Gained.IsEmpty)];

    private readonly record struct Kind(ExceptionList Exceptions, bool IsAdmin, string? Reach, bool IsMaster);
}
