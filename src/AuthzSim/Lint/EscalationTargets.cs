using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Lint;

/// <summary>
/// Those who are or can become cluster admin, and how somebody else becomes one of them: round by round only the new ones, since
/// whoever could become one of the others has a way by now.
/// </summary>
internal sealed class EscalationTargets
{
    private const string Certificates = "certificates.k8s.io";
    private const string ClientSigner = "kubernetes.io/kube-apiserver-client";

    private static readonly (string Group, string Resource)[] _workloads =
    [
        ("", "pods"), ("apps", "deployments"), ("apps", "daemonsets"), ("apps", "statefulsets"), ("apps", "replicasets"), ("batch", "jobs"), ("batch", "cronjobs"),
        ("", "replicationcontrollers"),
    ];

    private readonly Dictionary<SubjectIdentity, ImmutableArray<EscalationStep>> _ways;
    private readonly HashSet<SubjectIdentity> _known = [];
    private readonly HashSet<string> _knownNamespaces = new(StringComparer.Ordinal);
    private List<Subject> _users = [];
    private List<Subject> _groups = [];
    private List<AccountsOfNamespace> _accounts = [];
    private Dictionary<string, AccountsOfNamespace> _byNamespace = [];

    public EscalationTargets(Dictionary<SubjectIdentity, ImmutableArray<EscalationStep>> ways) => _ways = ways;

    /// <summary>For each namespace that had none to become before, where somebody has a chance, the service account with the shortest way.</summary>
    public IEnumerable<(string Namespace, Subject Account)> AccountsFor(EscalationActor actor) =>
        InReach(actor).Where(a => a.IsNew).Select(a => (a.Namespace, a.Accounts[0]));

    /// <summary>Goes on to those who were found since.</summary>
    public void Advance()
    {
        List<Subject> found =
        [
            .. _ways.Where(w => _known.Add(w.Key)).OrderBy(w => w.Value.Length).ThenBy(w => w.Key.Name, StringComparer.Ordinal)
                .Select(w => w.Key.ToSubject()),
        ];
        _users = found.FindAll(s => s.Kind == RbacNames.UserKind);
        _groups = found.FindAll(s => s.Kind == RbacNames.GroupKind);
        _accounts =
        [
            .. found.Where(s => s.Kind == RbacNames.ServiceAccountKind).GroupBy(s => s.Namespace, StringComparer.Ordinal)
                .Select((g, place) => new AccountsOfNamespace(g.Key, place, _knownNamespaces.Add(g.Key), [.. g])),
        ];
        _byNamespace = _accounts.ToDictionary(a => a.Namespace, StringComparer.Ordinal);
    }

    /// <summary>The first step to one of them, and that one's own steps; null when there is none.</summary>
    public ImmutableArray<EscalationStep>? WayOf(EscalationActor actor)
    {
        if (Impersonated(actor) is { } impersonated)
        {
            return After(actor, impersonated.Words, impersonated.Target);
        }

        if (Certified(actor) is { } certified)
        {
            return After(actor, $"requests and approves a client certificate for {LintContext.Name(certified)} (create certificatesigningrequests, update certificatesigningrequests/approval, approve signers)", certified);
        }

        // Where it has no binding of its own one namespace is like another.
        var isSettledElsewhere = false;
        foreach (var accounts in InReach(actor))
        {
            if (ByName(actor, accounts) is { } named)
            {
                return After(actor, named.Words, named.Account);
            }

            var isElsewhere = !actor.HasEntriesIn(accounts.Namespace);
            if (accounts.IsNew && !(isElsewhere && isSettledElsewhere) && InNamespace(actor, accounts.Namespace, accounts.Accounts[0]) is { } words)
            {
                return After(actor, words, accounts.Accounts[0]);
            }

            isSettledElsewhere |= isElsewhere && accounts.IsNew;
        }

        return null;
    }

    private IEnumerable<AccountsOfNamespace> InReach(EscalationActor actor) => actor.IsDangerousEverywhere
        ? _accounts
        : actor.DangerousNamespaces.Select(n => _byNamespace.GetValueOrDefault(n)).OfType<AccountsOfNamespace>().OrderBy(a => a.Place);

    private ImmutableArray<EscalationStep> After(EscalationActor actor, string words, Subject target) =>
        [new EscalationStep(actor.Subject, words, null), .. _ways[SubjectIdentity.Of(target, "")]];

    private (string Words, Subject Target)? Impersonated(EscalationActor actor)
    {
        var isSomebody = actor.MayForSome("", "impersonate", "", "users") || actor.MayForSome("", "impersonate", "", "serviceaccounts");
        if (isSomebody && _groups.Find(g => actor.May("", "impersonate", "", "groups", name: g.Name)) is { } group)
        {
            return ($"impersonates a member of {LintContext.Name(group)} (impersonate users and groups)", group);
        }

        return _users.Find(u => actor.May("", "impersonate", "", "users", name: u.Name)) is { } user
            ? ($"impersonates {LintContext.Name(user)} (impersonate users)", user)
            : null;
    }

    /// <summary>Whom a certificate makes it; the server issues none for system:masters (upstream: the admission plugin CertificateSubjectRestriction).</summary>
    private Subject? Certified(EscalationActor actor)
    {
        var may = actor.May("", "create", Certificates, "certificatesigningrequests")
            && (actor.MayForSome("", "update", Certificates, "certificatesigningrequests", "approval") || actor.MayForSome("", "patch", Certificates, "certificatesigningrequests", "approval"))
            && (actor.May("", "approve", Certificates, "signers", name: ClientSigner) || actor.May("", "approve", Certificates, "signers", name: "kubernetes.io/*"));
        return !may ? null : _users.Concat(_groups).FirstOrDefault(s => s.Name is not (RbacNames.SystemMasters or WellKnownUsers.Anonymous));
    }

    private static (string Words, Subject Account)? ByName(EscalationActor actor, AccountsOfNamespace accounts)
    {
        var at = accounts.Namespace;
        if (actor.MayForSome(at, "create", "", "serviceaccounts", "token")
            && accounts.Accounts.Find(a => actor.May(at, "create", "", "serviceaccounts", "token", a.Name)) is { } owner)
        {
            return ($"creates a token of {LintContext.Name(owner)} (create serviceaccounts/token)", owner);
        }

        return actor.MayForSome(at, "impersonate", "", "serviceaccounts")
            && accounts.Accounts.Find(a => actor.May(at, "impersonate", "", "serviceaccounts", name: a.Name)) is { } account
            ? ($"impersonates {LintContext.Name(account)} (impersonate serviceaccounts)", account)
            : null;
    }

    private static string? InNamespace(EscalationActor actor, string @namespace, Subject account)
    {
        var name = LintContext.Name(account);
        foreach (var (group, resource) in _workloads)
        {
            if (actor.May(@namespace, "create", group, resource))
            {
                return $"runs a pod as {name} (create {resource} in namespace `{@namespace}`)";
            }
        }

        if (actor.MayForSome(@namespace, "get", "", "secrets") || actor.May(@namespace, "list", "", "secrets"))
        {
            return actor.May(@namespace, "create", "", "secrets")
                ? $"creates a token secret of {name} and reads it (create and get secrets in namespace `{@namespace}`)"
                : $"reads a token of {name}, if one is kept in a secret (get secrets in namespace `{@namespace}`)";
        }

        if (actor.MayForSome(@namespace, "create", "", "pods", "exec") || actor.MayForSome(@namespace, "get", "", "pods", "exec"))
        {
            return $"enters a pod that runs as {name}, if there is one (pods/exec in namespace `{@namespace}`)";
        }

        return actor.MayForSome("", "create", "", "nodes", "proxy") || actor.MayForSome("", "get", "", "nodes", "proxy")
            ? $"enters a pod that runs as {name} through its kubelet, if there is one (nodes/proxy)"
            : null;
    }

    /// <summary>The accounts found last in a namespace, its place among those, and whether none was found there before.</summary>
    private sealed record AccountsOfNamespace(string Namespace, int Place, bool IsNew, List<Subject> Accounts);
}
