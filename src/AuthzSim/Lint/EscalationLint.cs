using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Lint;

/// <summary>
/// Who can become cluster admin: by writing roles or bindings (<c>escalate</c>, <c>bind</c>), or by becoming somebody who can
/// (impersonation, tokens, pods, secrets, certificates, the kubelet); the shortest way.
/// </summary>
internal sealed class EscalationLint
{
    private static readonly ImmutableArray<PolicyRule> _everything =
    [
        new() { Verbs = [RbacNames.All], ApiGroups = [RbacNames.All], Resources = [RbacNames.All] },
        new() { Verbs = [RbacNames.All], NonResourceUrls = [RbacNames.All] },
    ];

    private static readonly SubjectIdentity[] _crowds =
    [
        new(true, WellKnownUsers.Authenticated), new(true, WellKnownUsers.Unauthenticated), new(false, WellKnownUsers.Anonymous), new(true, WellKnownUsers.ServiceAccounts),
    ];

    private readonly LintContext _context;
    private readonly Dictionary<SubjectIdentity, IdentityGrants> _grants;
    private readonly Dictionary<SubjectIdentity, ImmutableArray<EscalationStep>> _ways = [];
    private readonly Dictionary<RbacRole, bool> _dangerous = new(ReferenceEqualityComparer.Instance);
    private readonly List<ClusterRole> _fullRoles;

    public EscalationLint(LintContext context, Dictionary<SubjectIdentity, IdentityGrants> grants)
    {
        (_context, _grants) = (context, grants);
        _fullRoles = [.. context.Roles.OfType<ClusterRole>().Where(r => context.NodesOf(r).Resources.IsFull)];
        _ways[new SubjectIdentity(true, RbacNames.SystemMasters)] = [];
    }

    public IEnumerable<LintFinding> Find()
    {
        List<EscalationActor> all = [.. _grants.Select(g => new EscalationActor(g.Key, g.Value, _grants, _context, IsDangerous)).Where(a => a.IsDangerous)];
        List<EscalationActor> actors = [.. all];
        var targets = new EscalationTargets(_ways);
        Round(actors, OwnWay);
        do
        {
            targets.Advance();
        }
        while (Round(actors, a => targets.WayOf(a) is { } way ? way : NamespaceWay(a, targets)));

        return all.Where(a => _ways.ContainsKey(a.Identity) && !EscalationActor.ImpliedGroups(a.Subject).Any(_ways.ContainsKey))
            .Select(FindingOf).OfType<LintFinding>();
    }

    /// <summary>Finds ways of those who have none; true when there was one. All of a round see what the rounds before found.</summary>
    private bool Round(List<EscalationActor> actors, Func<EscalationActor, ImmutableArray<EscalationStep>?> wayOf)
    {
        List<(SubjectIdentity Identity, ImmutableArray<EscalationStep> Way)> found = [];
        foreach (var actor in actors)
        {
            if (wayOf(actor) is { } way)
            {
                found.Add((actor.Identity, way));
            }
        }

        foreach (var (identity, way) in found)
        {
            _ways.TryAdd(identity, way);
        }

        actors.RemoveAll(a => _ways.ContainsKey(a.Identity));
        return found.Count > 0;
    }

    /// <summary>No step for a cluster admin; one for who may write the role or binding that makes one.</summary>
    private ImmutableArray<EscalationStep>? OwnWay(EscalationActor actor) =>
        actor.IsClusterAdmin ? [] : Rewrite(actor, "") ?? Bind(actor, "");

    /// <summary>In a namespace: first everything there, then a pod that runs as one of its service accounts.</summary>
    private ImmutableArray<EscalationStep>? NamespaceWay(EscalationActor actor, EscalationTargets targets)
    {
        foreach (var (@namespace, account) in targets.AccountsFor(actor))
        {
            if ((Rewrite(actor, @namespace) ?? Bind(actor, @namespace)) is { } way)
            {
                var name = LintContext.Name(account);
                return
                [
                    .. way,
                    new EscalationStep(actor.Subject, $"creates a token of {name}", null),
                    .. _ways[SubjectIdentity.Of(account, "")],
                ];
            }
        }

        return null;
    }

    /// <summary>May it write everything into a role that it has?</summary>
    private static ImmutableArray<EscalationStep>? Rewrite(EscalationActor actor, string @namespace)
    {
        var entries = @namespace.Length == 0 ? actor.ClusterEntries : actor.EntriesIn(@namespace);
        foreach (var role in entries.Select(e => e.Role).Distinct().Where(r => !LintContext.IsAggregate(r)))
        {
            var (at, name) = (role.IsNamespaced ? @namespace : "", role.Metadata.Name);
            var verb = Array.Find((string[])["update", "patch"], v => actor.May(at, v, RbacNames.Group, role.Resource, name: name));
            if (verb is not null && actor.May(at, "escalate", RbacNames.Group, role.Resource, name: name))
            {
                var rules = role.IsNamespaced ? _everything[..1] : _everything;
                return
                [
                    new EscalationStep(
                        actor.Subject,
                        $"writes `*` into {LintContext.Name(role)}, which it has itself ({verb}, escalate)",
                        PolicyChange.Put(role switch { ClusterRole c => c with { Rules = rules }, Role r => r with { Rules = rules }, _ => role })),
                ];
            }
        }

        return null;
    }

    /// <summary>May it bind a role that gives everything to itself?</summary>
    private ImmutableArray<EscalationStep>? Bind(EscalationActor actor, string @namespace)
    {
        var role = _fullRoles.Find(r => actor.May(@namespace, "bind", RbacNames.Group, "clusterroles", name: r.Metadata.Name));
        if (role is null)
        {
            return null;
        }

        var isNamespaced = @namespace.Length > 0;
        var resource = isNamespaced ? "rolebindings" : "clusterrolebindings";
        var where = isNamespaced ? $" in namespace `{@namespace}`" : "";
        if (actor.May(@namespace, "create", RbacNames.Group, resource))
        {
            RbacBinding binding = isNamespaced
                ? new RoleBinding { Metadata = new ObjectMeta { Name = "escalation", Namespace = @namespace }, RoleRef = RoleRef.ClusterRole(role.Metadata.Name), Subjects = [actor.Subject] }
                : new ClusterRoleBinding { Metadata = new ObjectMeta { Name = "escalation" }, RoleRef = RoleRef.ClusterRole(role.Metadata.Name), Subjects = [actor.Subject] };
            return [new EscalationStep(actor.Subject, $"binds {LintContext.Name(role)} to itself{where} (create {resource}, bind)", PolicyChange.Put(binding))];
        }

        foreach (var binding in _context.Bindings.Where(b => b.IsNamespaced == isNamespaced && (!isNamespaced || b.Metadata.Namespace == @namespace) && ReferenceEquals(_context.Resolver.RoleOf(b), role)))
        {
            if (actor.May(@namespace, "update", RbacNames.Group, resource, name: binding.Metadata.Name) || actor.May(@namespace, "patch", RbacNames.Group, resource, name: binding.Metadata.Name))
            {
                RbacBinding wider = binding switch
                {
                    ClusterRoleBinding c => c with { Subjects = c.Subjects.Add(actor.Subject) },
                    RoleBinding r => r with { Subjects = r.Subjects.Add(actor.Subject) },
                    _ => binding,
                };
                return [new EscalationStep(actor.Subject, $"adds itself to {LintContext.Name(binding)} (update {resource}, bind)", PolicyChange.Put(wider))];
            }
        }

        return null;
    }

    private LintFinding? FindingOf(EscalationActor actor)
    {
        var way = _ways[actor.Identity];
        var isCrowd = _crowds.Contains(actor.Identity) || actor.Identity is { IsGroup: true, Name: { } n } && n.StartsWith(WellKnownUsers.ServiceAccounts + ":", StringComparison.Ordinal);
        if (way.IsEmpty)
        {
            var giving = actor.OwnEntries.FirstOrDefault(e => _context.NodesOf(e.Role).Resources.IsFull && !e.Binding.IsNamespaced, actor.OwnEntries.FirstOrDefault());
            return giving.Binding is null ? null : new LintFinding(PlaceOf(giving), PolicyLint.ClusterAdmin, $"{LintContext.Name(actor.Subject)} is cluster admin through {LintContext.Name(giving.Binding)}")
            {
                Severity = isCrowd ? LintSeverity.Error : LintSeverity.Info,
                Advice = isCrowd ? "That is everybody in this group: bind to those who are meant." : "",
            };
        }

        var source = actor.OwnEntries.FirstOrDefault(e => IsDangerous(e.Role));
        return source.Binding is null
            ? null
            : new LintFinding(
                PlaceOf(source), PolicyLint.CanBecomeClusterAdmin, $"{LintContext.Name(actor.Subject)} can become cluster admin, by what {LintContext.Name(source.Binding)} gives")
            {
                Severity = isCrowd ? LintSeverity.Error : LintSeverity.Warning,
                Advice = "Take away what the first step needs, unless it is meant for an administrator.",
                Steps = way,
            };
    }

    private bool IsDangerous(RbacRole role)
    {
        if (!_dangerous.TryGetValue(role, out var isDangerous))
        {
            _dangerous.Add(role, isDangerous = NodeAlgebra.Overlap(_context.NodesOf(role).Resources, Dangerous));
        }

        return isDangerous;
    }

    private static SourceLocation PlaceOf(GrantEntry entry) =>
        entry.Binding.Subjects[entry.Subject].Location is { IsKnown: true } place ? place : entry.Binding.Location;

    /// <summary>What any first step needs some of.</summary>
    private AccessNode Dangerous => field ??= RuleNodes.Of(
        _context.Algebra,
        [
            new PolicyRule { Verbs = ["bind", "escalate", "impersonate", "approve"], ApiGroups = [RbacNames.All], Resources = [RbacNames.All] },
            new PolicyRule { Verbs = ["create", "get", "update", "patch"], ApiGroups = [""], Resources = ["secrets", "pods", "pods/exec", "serviceaccounts/token", "nodes/proxy", "replicationcontrollers"] },
            new PolicyRule { Verbs = ["create", "update", "patch"], ApiGroups = ["apps", "batch"], Resources = [RbacNames.All] },
        ]).Resources;
}
