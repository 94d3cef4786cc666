using AuthzSim.Analysis;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>Checks cases of a subject and an action: single actions many at a time, sets of actions by their algebra.</summary>
internal sealed class AccessCheck(
    CompiledPolicy policy, Lazy<GrantIndex> grants, Lazy<GrantIndex> defaults, RoleAccess access, PolicyTest test, TouchedRules? touched)
{
    private const int BatchSize = 4096;

    private readonly Dictionary<Subject, UserInfo> _users = [];

    /// <summary>The cases with what came of them, in order.</summary>
    public IEnumerable<CaseOutcome> Run(IEnumerable<CaseOutcome> cases, bool isAllowed) => cases.Chunk(BatchSize).SelectMany(c => Run(c, isAllowed));

    private CaseOutcome[] Run(CaseOutcome[] cases, bool isAllowed)
    {
        var requests = new RequestAttributes[cases.Length];
        for (var i = 0; i < cases.Length; i++)
        {
            var action = isAllowed ? cases[i].Action!.ClusterWide : cases[i].Action!;
            requests[i] = action.IsSingle ? action.ToRequest(UserOf(cases[i].Subject!)) : default;
        }

        var results = new CheckResult[cases.Length];
        policy.Check(requests, results);
        for (var i = 0; i < cases.Length; i++)
        {
            var user = UserOf(cases[i].Subject!);
            var action = isAllowed ? cases[i].Action!.ClusterWide : cases[i].Action!;
            var finding = action.IsSingle
                ? OfRequest(cases[i].Subject!, requests[i], results[i].IsAllowed || IsMaster(user), isAllowed)
                : OfSet(cases[i].Subject!, user, action.ToSet(access.Algebra), isAllowed);
            if (finding is not null)
            {
                cases[i] = cases[i] with { Findings = [finding] };
            }
        }

        return cases;
    }

    private TestFinding? OfRequest(Subject subject, RequestAttributes request, bool may, bool isAllowed)
    {
        if (may && touched is not null)
        {
            Touch(grants.Value.Allowing(request));
        }

        return (may, isAllowed) switch
        {
            (true, false) => new TestFinding(FindingKind.Allowed, subject) { Request = request, Paths = [.. grants.Value.Allowing(request)] },
            (false, true) => new TestFinding(FindingKind.Denied, subject) { Request = request },
            _ => null,
        };
    }

    private TestFinding? OfSet(Subject subject, UserInfo user, AccessSet set, bool isAllowed)
    {
        var has = IsMaster(user) ? AccessSet.Everything : grants.Value.Of(user);
        if (touched is not null)
        {
            Touch(grants.Value.Allowing(set, user));
        }

        var wrong = isAllowed ? set.Except(has) : set.Intersect(has).Except(defaults.Value.Of(user));
        if (wrong.IsEmpty)
        {
            return null;
        }

        var request = ActionFinder.Find(wrong, user);
        return new TestFinding(isAllowed ? FindingKind.Denied : FindingKind.Allowed, subject)
        {
            Request = request,
            Access = wrong,
            Paths = [.. grants.Value.Allowing(request)],
        };
    }

    private void Touch(IEnumerable<AllowingPath> paths)
    {
        foreach (var path in paths)
        {
            touched!.Add(path);
        }
    }

    private UserInfo UserOf(Subject subject)
    {
        if (!_users.TryGetValue(subject, out var user))
        {
            _users.Add(subject, user = Asker.Of(subject, test));
        }

        return user;
    }

    private static bool IsMaster(UserInfo user) => user.Groups.Contains(RbacNames.SystemMasters);
}
