using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Rbac;

/// <summary>Who may write what, given what they hold.</summary>
public sealed class EscalationCheckTests
{
    private static readonly UserInfo _user = UserInfo.Of("u", "g1", "g2");
    private static readonly PolicyRule _pods = Rule("", "pods", "get", "list");
    private static readonly PolicyRule _everything = Rule("*", "*", "*");
    private static readonly PolicyRule _everyUrl = new() { Verbs = ["*"], NonResourceUrls = ["*"] };

    [Fact]
    public void What_is_held_can_be_granted()
    {
        Assert.Null(Create(Holding(_pods), Role(Rule("", "pods", "list"))));
        Assert.Null(Create(Holding(_pods), ClusterRole(_pods)));
        Assert.Null(Create(Holding(), Role(new PolicyRule { Verbs = ["get"] })));
    }

    [Fact]
    public void What_is_not_held_is_listed_compact_and_sorted()
    {
        var refusal = Create(
            Holding(_pods),
            ClusterRole(
                new PolicyRule { Verbs = ["get"], NonResourceUrls = ["/b", "/a"] },
                Rule("", "pods", "watch", "get", "delete"),
                Rule("", "pods", "delete"),
                Rule("", "pods", "get") with { ResourceNames = ["x", "y"] },
                Rule("", "secrets", "get") with { ResourceNames = ["x", "y"] }));
        Assert.Equal(
            "user \"u\" (groups=[\"g1\" \"g2\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"watch\" \"delete\" \"delete\"]}\n"
            + "{APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"x\"], Verbs:[\"get\"]}\n"
            + "{APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"y\"], Verbs:[\"get\"]}\n"
            + "{NonResourceURLs:[\"/a\"], Verbs:[\"get\"]}\n"
            + "{NonResourceURLs:[\"/b\"], Verbs:[\"get\"]}",
            refusal!.Message);
        Assert.Equal(EscalationRefusalKind.NotHeld, refusal.Kind);
        Assert.Equal(5, refusal.MissingRules.Length);
    }

    [Fact]
    public void A_name_of_its_own_keeps_an_empty_name_apart_from_none()
    {
        var rule = Rule("", "pods", "get");
        var refusal = Create(Holding(), Role(rule with { ResourceNames = [""] }, rule));
        Assert.Equal(2, refusal!.MissingRules.Length);
    }

    [Fact]
    public void Members_of_system_masters_are_exempt_from_everything()
    {
        var masters = UserInfo.Of("m", RbacNames.SystemMasters);
        var check = Check(PolicySet.Empty);
        Assert.Null(check.CheckCreate(masters, ClusterRole(_everything)));
        Assert.Null(check.CheckCreate(masters, Binding(new RoleRef { Kind = "X" })));
    }

    [Fact]
    public void Escalate_lets_any_role_pass_but_by_name_only_on_update()
    {
        var escalate = Rule(RbacNames.Group, "roles", "escalate");
        Assert.Null(Create(Holding(escalate), Role(_everything)));
        Assert.NotNull(Create(Holding(escalate), ClusterRole(_everything)));

        var byName = Check(Holding(escalate with { ResourceNames = ["r"] }));
        Assert.NotNull(byName.CheckCreate(_user, Role(_everything)));
        Assert.Null(byName.CheckUpdate(_user, Role(_everything), Role()));
    }

    [Fact]
    public void Bind_lets_a_role_be_bound_whatever_it_holds_and_whether_or_not_it_exists()
    {
        var bind = Rule(RbacNames.Group, "clusterroles", "bind") with { ResourceNames = ["admin"] };
        Assert.Null(Create(Holding(bind), Binding(RoleRef.ClusterRole("admin"))));
        Assert.Equal(EscalationRefusalKind.RoleNotFound, Create(Holding(bind), Binding(RoleRef.Role("admin")))!.Kind);
        Assert.Equal(EscalationRefusalKind.RoleNotFound, Create(Holding(bind), Binding(RoleRef.ClusterRole("view")))!.Kind);
    }

    [Fact]
    public void Bind_held_in_a_namespace_serves_that_namespace()
    {
        var policy = Holding() with
        {
            Roles = [Role(Rule("*", "clusterroles", "bind"))],
            RoleBindings = [Binding(RoleRef.Role("r"), Subject.User("u"))],
        };
        Assert.Null(Create(policy, Binding(RoleRef.ClusterRole("x"))));
        Assert.NotNull(Create(policy, ClusterBinding(RoleRef.ClusterRole("x"))));
    }

    [Fact]
    public void A_binding_is_judged_by_the_rules_of_its_role()
    {
        var policy = Holding(_pods) with { Roles = [Role(Rule("", "pods", "get"))] };
        Assert.Null(Create(policy, Binding(RoleRef.Role("r"))));
        Assert.NotNull(Create(policy with { Roles = [Role(Rule("", "pods", "create"))] }, Binding(RoleRef.Role("r"))));
        Assert.Null(Create(policy, ClusterBinding(RoleRef.ClusterRole("held"))));
    }

    [Fact]
    public void Rules_of_a_role_binding_count_in_its_namespace_only()
    {
        var policy = new PolicySet
        {
            ClusterRoles = [ClusterRole(_pods) with { Metadata = new ObjectMeta { Name = "held" } }],
            RoleBindings = [Binding(RoleRef.ClusterRole("held"), Subject.Group("g2"))],
        };
        Assert.Null(Create(policy, Role(_pods)));
        Assert.NotNull(Create(policy, Role(_pods) with { Metadata = new ObjectMeta { Name = "r", Namespace = "other" } }));
        Assert.NotNull(Create(policy, ClusterRole(_pods)));
    }

    [Fact]
    public void Role_references_that_cannot_be_looked_up_have_texts_of_their_own()
    {
        ExpectRefusal(
            Binding(RoleRef.ClusterRole("no")), EscalationRefusalKind.RoleNotFound,
            "rolebindings.rbac.authorization.k8s.io \"no\" not found");
        ExpectRefusal(
            ClusterBinding(RoleRef.ClusterRole("no")), EscalationRefusalKind.RoleNotFound,
            "clusterrolebindings.rbac.authorization.k8s.io \"no\" not found");
        ExpectRefusal(
            Binding(new RoleRef { Kind = "X", Name = "no" }), EscalationRefusalKind.UnsupportedRoleKind,
            "unsupported role reference kind: \"X\"");
        ExpectRefusal(
            ClusterBinding(RoleRef.Role("no")), EscalationRefusalKind.InvalidRoleReference, "Namespace parameter required.");
        ExpectRefusal(
            Binding(RoleRef.ClusterRole("")), EscalationRefusalKind.InvalidRoleReference, "Name parameter required.");
        ExpectRefusal(
            Binding(RoleRef.Role("a/%")), EscalationRefusalKind.InvalidRoleReference,
            "Name parameter invalid: \"a/%\": may not contain '/';may not contain '%'");
    }

    [Fact]
    public void Unresolvable_roles_of_the_user_are_reported_in_storage_order()
    {
        var policy = new PolicySet
        {
            ClusterRoleBindings =
            [
                ClusterBinding(RoleRef.ClusterRole("gone-b"), "b", Subject.User("u")),
                ClusterBinding(RoleRef.ClusterRole("gone-a"), "a", Subject.User("u")),
            ],
            RoleBindings = [Binding(RoleRef.Role("gone-c"), Subject.User("u"))],
        };
        Assert.EndsWith(
            "Verbs:[\"get\"]}; resolution errors: [[roles.rbac.authorization.k8s.io \"gone-a\" not found, "
            + "roles.rbac.authorization.k8s.io \"gone-b\" not found, roles.rbac.authorization.k8s.io \"gone-c\" not found]]",
            Create(policy, Role(Rule("", "pods", "get")))!.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "; resolution errors: [clusterroles.rbac.authorization.k8s.io \"gone-b\" not found]",
            Create(policy with { ClusterRoleBindings = policy.ClusterRoleBindings[..1] }, ClusterRole(_pods))!.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_aggregation_rule_takes_full_authority()
    {
        var aggregated = ClusterRole() with { AggregationRule = new AggregationRule { ClusterRoleSelectors = [new()] } };
        var refusal = Create(Holding(_pods, _everyUrl), aggregated with { Rules = [_pods] });
        Assert.Equal("must have cluster-admin privileges to use the aggregationRule", refusal!.Message);
        Assert.Equal([_everything], refusal.MissingRules);
        Assert.Null(Create(Holding(_everything, _everyUrl), aggregated));

        var notHeld = Create(Holding(), aggregated with { Rules = [_pods] });
        Assert.StartsWith("user \"u\"", notHeld!.Message, StringComparison.Ordinal);

        var check = Check(Holding(_pods));
        Assert.NotNull(check.CheckUpdate(_user, ClusterRole(_pods), aggregated));
        Assert.Null(check.CheckUpdate(_user, ClusterRole(_pods), ClusterRole()));
        Assert.Null(check.CheckCreate(_user, ClusterRole() with { AggregationRule = new AggregationRule() }));
    }

    [Fact]
    public void An_update_that_changes_nothing_but_owners_and_finalizers_is_not_checked()
    {
        var meta = new ObjectMeta
        {
            Name = "r",
            Namespace = "ns",
            Uid = "1",
            ResourceVersion = "7",
            CreationTimestamp = "2026-01-01T00:00:00Z",
        };
        var old = Role(_everything) with { Metadata = meta };
        var check = Check(Holding());
        Assert.Null(check.CheckUpdate(_user, old, old));
        Assert.Null(check.CheckUpdate(_user, With(meta with { Finalizers = ["a/b"], OwnerReferences = [new() { Uid = "2" }] }), old));
        Assert.NotNull(check.CheckUpdate(_user, With(meta with { Labels = ObjectMeta.NoEntries.Add("a", "b") }), old));
        Assert.NotNull(check.CheckUpdate(_user, With(meta with { ResourceVersion = "" }), old));
        Assert.NotNull(check.CheckUpdate(_user, With(meta with { Uid = "" }), old));
        Assert.NotNull(check.CheckUpdate(_user, With(meta with { CreationTimestamp = "" }), old));
        Assert.NotNull(check.CheckUpdate(_user, old with { Rules = [_everything, _pods] }, old));

        var fromManifest = Role(_everything);
        Assert.Null(check.CheckUpdate(_user, old, fromManifest));
        Assert.NotNull(check.CheckUpdate(_user, fromManifest, fromManifest));

        Role With(ObjectMeta changed) => old with { Metadata = changed };
    }

    private static void ExpectRefusal(RbacBinding binding, EscalationRefusalKind kind, string message)
    {
        var refusal = Create(Holding(), binding);
        Assert.Equal((kind, message), (refusal!.Kind, refusal.Message));
        Assert.Empty(refusal.MissingRules);
    }

    private static EscalationRefusal? Create(PolicySet policy, RbacObject @object) => Check(policy).CheckCreate(_user, @object);

    private static EscalationCheck Check(PolicySet policy) =>
        new(policy, new UnionAuthorizer(new SystemMastersAuthorizer(), new RbacAuthorizer(policy)));

    private static PolicySet Holding(params ImmutableArray<PolicyRule> rules) => new()
    {
        ClusterRoles = [ClusterRole(rules) with { Metadata = new ObjectMeta { Name = "held" } }],
        ClusterRoleBindings = [ClusterBinding(RoleRef.ClusterRole("held"), "held", Subject.User("u"))],
    };

    private static PolicyRule Rule(string group, string resource, params ImmutableArray<string> verbs) =>
        new() { ApiGroups = [group], Resources = [resource], Verbs = verbs };

    private static Role Role(params ImmutableArray<PolicyRule> rules) =>
        new() { Metadata = new ObjectMeta { Name = "r", Namespace = "ns" }, Rules = rules };

    private static ClusterRole ClusterRole(params ImmutableArray<PolicyRule> rules) =>
        new() { Metadata = new ObjectMeta { Name = "r" }, Rules = rules };

    private static RoleBinding Binding(RoleRef roleRef, params ImmutableArray<Subject> subjects) =>
        new() { Metadata = new ObjectMeta { Name = "b", Namespace = "ns" }, RoleRef = roleRef, Subjects = subjects };

    private static ClusterRoleBinding ClusterBinding(RoleRef roleRef, string name = "b", params ImmutableArray<Subject> subjects) =>
        new() { Metadata = new ObjectMeta { Name = name }, RoleRef = roleRef, Subjects = subjects };
}
