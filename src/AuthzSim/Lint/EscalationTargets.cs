using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Lint;

/// <summary>Those who are or can become cluster admin, and how somebody else becomes one of them.</summary>
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
    private readonly List<Subject> _users = [];
    private readonly List<Subject> _groups = [];
    private readonly List<(string Namespace, Subject Account)> _accounts = [];

    private EscalationTargets(Dictionary<SubjectIdentity, ImmutableArray<EscalationStep>> ways) => _ways = ways;

    /// <summary>A service account for each namespace that has one to become, the one with the shortest way.</summary>
    public IEnumerable<(string Namespace, Subject Account)> Accounts => _accounts.DistinctBy(a => a.Namespace, StringComparer.Ordinal);

    public static EscalationTargets Of(Dictionary<SubjectIdentity, ImmutableArray<EscalationStep>> ways)
    {
        var targets = new EscalationTargets(ways);
        foreach (var subject in ways.OrderBy(w => w.Value.Length).ThenBy(w => w.Key.Name, StringComparer.Ordinal).Select(w => w.Key.ToSubject()))
        {
            switch (subject.Kind)
            {
                case RbacNames.ServiceAccountKind:
                    targets._accounts.Add((subject.Namespace, subject));
                    break;
                case RbacNames.GroupKind:
                    targets._groups.Add(subject);
                    break;
                default:
                    targets._users.Add(subject);
                    break;
            }
        }

        return targets;
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

        foreach (var (@namespace, account) in _accounts.Where(a => actor.IsDangerousIn(a.Namespace)))
        {
            if (HowToBecome(actor, @namespace, account) is { } words)
            {
                return After(actor, words, account);
            }
        }

        return null;
    }

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

    private static string? HowToBecome(EscalationActor actor, string @namespace, Subject account)
    {
        var name = LintContext.Name(account);
        if (actor.May(@namespace, "create", "", "serviceaccounts", "token", account.Name))
        {
            return $"creates a token of {name} (create serviceaccounts/token)";
        }

        if (actor.May(@namespace, "impersonate", "", "serviceaccounts", name: account.Name))
        {
            return $"impersonates {name} (impersonate serviceaccounts)";
        }

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
}
