using System.Collections.Immutable;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>
/// Who gains and loses what between two policies: exact and complete. Edits that change no decision of RBAC, such as moving,
/// splitting or renaming, give the empty diff. Members of <c>system:masters</c> are treated like anybody, as RBAC does.
/// Immutable.
/// </summary>
public sealed class PolicyDiff
{
    private PolicyDiff(ImmutableArray<AccessChange<Subject>> subjects, ImmutableArray<AccessChange<UserInfo>> people) =>
        (Subjects, People) = (subjects, people);

    /// <summary>
    /// What each subject is given by the bindings that name it, those with equal differences together: groups (with
    /// <c>system:authenticated</c> and <c>system:unauthenticated</c>), then service accounts, then users, each by name; changes
    /// in the order of their first subject. A user named like a service account is that service account.
    /// </summary>
    public ImmutableArray<AccessChange<Subject>> Subjects { get; }

    /// <summary>What the people asked about may do by name and groups together, those with equal differences together, in the order given.</summary>
    public ImmutableArray<AccessChange<UserInfo>> People { get; }

    /// <summary>True when no subject, and so nobody, may do anything else than before.</summary>
    public bool IsEmpty => Subjects.IsEmpty;

    /// <summary>Compares two policies. The work follows what differs, apart from one look at every binding.</summary>
    /// <param name="before">The policy before; aggregated roles are taken as they stand.</param>
    /// <param name="after">The policy after.</param>
    /// <param name="people">Users whose groups are known: their effective access is compared too.</param>
    public static PolicyDiff Compute(PolicySet before, PolicySet after, params IEnumerable<UserInfo> people)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(people);
        var access = new RoleAccess();
        return Compute(new PolicySetComparison(before, after, access), access, people);
    }

    /// <summary>
    /// Compares two compiled policies. When one is the other <see cref="CompiledPolicy.With">with changes</see>, the work
    /// follows the changes; of unrelated ones every binding is read.
    /// </summary>
    /// <param name="before">The policy before; aggregated roles are taken as they stand.</param>
    /// <param name="after">The policy after.</param>
    /// <param name="people">Users whose groups are known: their effective access is compared too.</param>
    public static PolicyDiff Compute(CompiledPolicy before, CompiledPolicy after, params IEnumerable<UserInfo> people)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(people);
        var access = new RoleAccess();
        return Compute(new CompiledComparison(before, after, access), access, people);
    }

    private static PolicyDiff Compute(PolicyComparison comparison, RoleAccess access, IEnumerable<UserInfo> people)
    {
        List<(UserInfo Who, TouchedScopes Scopes)> touchedPeople = [];
        var wanted = comparison.Touched.ToDictionary(t => t.Key, t => TouchedScopes.Of([t.Value]));
        foreach (var person in people)
        {
            TouchedScopes[] touched = [.. SubjectIdentity.Of(person).Select(i => comparison.Touched.GetValueOrDefault(i)).OfType<TouchedScopes>()];
            if (touched.Length == 0)
            {
                continue;
            }

            var scopes = TouchedScopes.Of(touched);
            touchedPeople.Add((person, scopes));

            // Whether a person gains depends on all that the person has there, through whatever identity.
            foreach (var identity in SubjectIdentity.Of(person))
            {
                wanted[identity] = TouchedScopes.Of(wanted.TryGetValue(identity, out var own) ? [own, scopes] : [scopes]);
            }
        }

        var (grantsBefore, grantsAfter) = comparison.GrantsOf(wanted);
        var subjects = comparison.Touched.Select(t => (Who: SubjectOf(t.Key), Before: Own(grantsBefore, t.Key), After: Own(grantsAfter, t.Key), Scopes: t.Value))
            .OrderBy(t => RankOf(t.Who)).ThenBy(t => t.Who.Namespace, StringComparer.Ordinal).ThenBy(t => t.Who.Name, StringComparer.Ordinal);
        var persons = touchedPeople.Select(p => (p.Who, Before: Effective(grantsBefore, p.Who), After: Effective(grantsAfter, p.Who), p.Scopes));
        return new PolicyDiff(ChangesOf(subjects, access), ChangesOf(persons, access));
    }

    private static Grants Own(Dictionary<SubjectIdentity, Grants> grants, SubjectIdentity identity) => grants.GetValueOrDefault(identity, Grants.None);

    private static Grants Effective(Dictionary<SubjectIdentity, Grants> grants, UserInfo person) =>
        Grants.Of(person, SubjectIdentity.Of(person).Select(i => Own(grants, i)));

    private static ImmutableArray<AccessChange<TWho>> ChangesOf<TWho>(
        IEnumerable<(TWho Who, Grants Before, Grants After, TouchedScopes Scopes)> touched, RoleAccess access)
    {
        List<ChangeBuilder<TWho>> changes = [];
        Dictionary<(AccessSet Gained, AccessSet Lost), ChangeBuilder<TWho>> byDifference = [];
        foreach (var (who, before, after, scopes) in touched)
        {
            var (gained, lost) = (access.Except(after, before, scopes), access.Except(before, after, scopes));
            if (gained.IsEmpty && lost.IsEmpty)
            {
                continue;
            }

            if (!byDifference.TryGetValue((gained, lost), out var change))
            {
                byDifference.Add((gained, lost), change = new ChangeBuilder<TWho>(gained, lost));
                changes.Add(change);
            }

            change.Who.Add(who);
            change.GainedThrough.AddRange(access.Allowing(change.Gained, after));
            change.LostThrough.AddRange(access.Allowing(change.Lost, before));
        }

        return [.. changes.Select(c => c.ToChange())];
    }

    private static Subject SubjectOf(SubjectIdentity identity) =>
        identity.IsGroup ? Subject.Group(identity.Name!)
        : ServiceAccountNames.TrySplitUserName(identity.Name!, out var @namespace, out var name) ? Subject.ServiceAccount(@namespace, name)
        : Subject.User(identity.Name!);

    private static int RankOf(Subject subject) => subject.Kind switch
    {
        RbacNames.GroupKind => 0,
        RbacNames.ServiceAccountKind => 1,
        _ => 2,
    };

    private sealed class ChangeBuilder<TWho>(AccessSet gained, AccessSet lost)
    {
        public AccessSet Gained => gained;

        public AccessSet Lost => lost;

        public List<TWho> Who { get; } = [];

        public List<AllowingPath> GainedThrough { get; } = [];

        public List<AllowingPath> LostThrough { get; } = [];

        public AccessChange<TWho> ToChange() => new([.. Who], Gained, Lost, [.. GainedThrough], [.. LostThrough]);
    }
}
