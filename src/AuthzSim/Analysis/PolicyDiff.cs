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
        return Compute(new PolicySetSide(before, access), new PolicySetSide(after, access), access, people);
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
        var roles = new Dictionary<CompiledRole, RoleDiagram>(ReferenceEqualityComparer.Instance);
        return Compute(new CompiledSide(before.Tables, access, roles), new CompiledSide(after.Tables, access, roles), access, people);
    }

    private static PolicyDiff Compute<TSide>(TSide before, TSide after, RoleAccess access, IEnumerable<UserInfo> people)
        where TSide : PolicySide<TSide>
    {
        var comparison = PolicyComparison.Of(before, after);
        List<Grantee> touched = [.. comparison.Grantees.Values];
        List<(UserInfo Who, List<Grantee> Identities)> touchedPeople = [];
        foreach (var person in people)
        {
            var scopes = new TouchedScopes();
            List<SubjectIdentity> identities = [.. SubjectIdentity.Of(person)];
            List<Grantee> own = [.. identities.Select(i => comparison.Grantees.GetValueOrDefault(i)).OfType<Grantee>().Where(g => g.IsTouched)];
            if (own.Count > 0)
            {
                // Whether a person gains depends on all that the person has there, through whatever identity.
                own.ForEach(g => scopes.Add(g.Touched));
                own = identities.ConvertAll(comparison.GranteeOf);
                own.ForEach(g => g.Wanted.Add(scopes));
                touchedPeople.Add((person, own));
            }
        }

        before.Gather(comparison.Grantees, g => g.Before);
        after.Gather(comparison.Grantees, g => g.After);
        var changes = new AccessChanges(access, new AllowingRules(before), new AllowingRules(after));
        var subjects = touched.Select(g => (Who: g.Identity.ToSubject(), Grantee: g))
            .OrderBy(t => RankOf(t.Who)).ThenBy(t => t.Who.Namespace, StringComparer.Ordinal).ThenBy(t => t.Who.Name, StringComparer.Ordinal)
            .Select(t => new Holder<Subject>(t.Who, t.Grantee.Before, t.Grantee.After, t.Grantee.Identity.SubjectIn));
        var persons = touchedPeople.Select(p => new Holder<UserInfo>(
            p.Who, Together(p.Identities, g => g.Before), Together(p.Identities, g => g.After), b => RuleResolver.FirstSubjectOf(b, p.Who)!));
        return new PolicyDiff(changes.Of(subjects), changes.Of(persons));
    }

    /// <summary>What a user has through any of several identities; a binding counts once.</summary>
    private static List<Grant> Together(List<Grantee> identities, Func<Grantee, List<Grant>> grantsOf) =>
        [.. identities.SelectMany(grantsOf).DistinctBy(g => g.Binding).OrderBy(g => g.Binding)];

    private static int RankOf(Subject subject) => subject.Kind switch
    {
        RbacNames.GroupKind => 0,
        RbacNames.ServiceAccountKind => 1,
        _ => 2,
    };
}
