using AuthzSim.Discovery;
using AuthzSim.Lint;
using AuthzSim.Rbac;
using static AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Tests.Lint;

public sealed class FindAllTests
{
    [Fact]
    public void Of_two_bindings_that_make_each_other_needless_the_later_is_reported() => Assert.Equal(
        ["redundant-binding ClusterRoleBinding `b` gives nothing new: User `ann` has all of it through ClusterRoleBinding `a`"],
        Find(ClusterRole("r", Rule("get", "pods")), Everywhere("a", "r", User("ann")), Everywhere("b", "r", User("ann"))));

    [Fact]
    public void A_binding_of_a_namespace_is_needless_beside_a_wider_one_everywhere() => Assert.Equal(
        ["redundant-subject subjects[0] of RoleBinding `shop/b`, User `ann`, has all of it through ClusterRoleBinding `a`"],
        Find(
            ClusterRole("wide", Rule("*", "pods")),
            ClusterRole("narrow", Rule("get", "pods")),
            Everywhere("a", "wide", User("ann")),
            In("shop", "b", "ClusterRole", "narrow", User("ann"), User("ben"))));

    [Fact]
    public void A_rule_inside_another_and_a_subject_named_twice() => Assert.Equal(
        [
            "shadowed-rule rules[1] of ClusterRole `r` allows nothing beyond rules[0] of the same role",
            "duplicate-subject subjects[1] of ClusterRoleBinding `a`, User `ann`, is named there already",
        ],
        Find(ClusterRole("r", Rule("*", "pods"), Rule("get", "pods")), Everywhere("a", "r", User("ann"), User("ann"))));

    [Fact]
    public void Roles_nobody_uses_and_roles_that_are_there_twice() => Assert.Equal(
        ["unused-role ClusterRole `c` is granted by no binding and taken by no aggregated role", "duplicate-role ClusterRole `b` allows exactly what ClusterRole `a` does"],
        Find(
            ClusterRole("a", Rule("get", "pods")),
            ClusterRole("b", Rule("get", "pods")),
            ClusterRole("c", Rule("get", "nodes")),
            Everywhere("1", "a", User("ann")),
            Everywhere("2", "b", User("ben"))));

    [Fact]
    public void What_the_input_does_not_have_although_it_has_some()
    {
        var policy = Policy(ClusterRole("r", Rule("get", "pods")), In("gone", "b", "ClusterRole", "r", ServiceAccount("bot", "shop"), ServiceAccount("ok", "shop")));
        Assert.Empty(PolicyLint.FindAll(policy, ApiDiscovery.Empty));
        var whole = policy with { Namespaces = [new Namespace("shop")], ServiceAccounts = [new ServiceAccount("shop", "ok")] };
        Assert.Equal([PolicyLint.DanglingNamespace, PolicyLint.DanglingServiceAccount], PolicyLint.FindAll(whole, ApiDiscovery.Empty).Select(f => f.Code).Order());
    }

    [Theory]
    [InlineData("", "create", "pods", "runs a pod as ServiceAccount `kube-system/robot` (create pods in namespace `kube-system`)")]
    [InlineData("", "create", "serviceaccounts/token", "creates a token of ServiceAccount `kube-system/robot` (create serviceaccounts/token)")]
    [InlineData("", "get", "secrets", "reads a token of ServiceAccount `kube-system/robot`, if one is kept in a secret (get secrets in namespace `kube-system`)")]
    [InlineData("", "impersonate", "serviceaccounts", "impersonates ServiceAccount `kube-system/robot` (impersonate serviceaccounts)")]
    [InlineData("", "create", "pods/exec", "enters a pod that runs as ServiceAccount `kube-system/robot`, if there is one (pods/exec in namespace `kube-system`)")]
    [InlineData("", "create", "nodes/proxy", "enters a pod that runs as ServiceAccount `kube-system/robot` through its kubelet, if there is one (nodes/proxy)")]
    [InlineData("apps", "create", "deployments", "runs a pod as ServiceAccount `kube-system/robot` (create deployments in namespace `kube-system`)")]
    public void Ways_to_become_a_powerful_account(string group, string verb, string resource, string step)
    {
        var finding = Assert.Single(
            PolicyLint.FindAll(Policy(
                ClusterRole("all", Rule("*", "*", "*")),
                ClusterRole("r", Rule(verb, resource, group)),
                Everywhere("a", "all", ServiceAccount("robot", "kube-system")),
                Everywhere("b", "r", User("ann"))), ApiDiscovery.Empty),
            f => f.Code == PolicyLint.CanBecomeClusterAdmin);
        Assert.Equal([step], finding.Steps.Select(s => s.Words));
        Assert.Equal(LintSeverity.Warning, finding.Severity);
    }

    [Theory]
    [InlineData("update", "kubernetes.io/kube-apiserver-client", true)]
    [InlineData("patch", "kubernetes.io/*", true)]
    [InlineData("update", "", true)]
    [InlineData("get", "", false)]
    [InlineData("update", "kubernetes.io/kubelet-serving", false)]
    [InlineData("update", "kubernetes.io/kube-apiserver-client-kubelet", false)]
    public void A_client_certificate_for_a_cluster_admin(string approval, string signer, bool isWay)
    {
        const string Group = "certificates.k8s.io";
        string[] signers = signer.Length == 0 ? [] : [signer];
        var found = PolicyLint.FindAll(Policy(
            ClusterRole("all", Rule("*", "*", "*")),
            ClusterRole(
                "r",
                Rule("create", "certificatesigningrequests", Group),
                Rule(approval, "certificatesigningrequests/approval", Group),
                Rule("approve", "signers", Group, signers)),
            Everywhere("a", "all", User("root")),
            Everywhere("b", "r", User("ann"))), ApiDiscovery.Empty).Where(f => f.Code == PolicyLint.CanBecomeClusterAdmin);
        Assert.Equal(
            isWay
                ? ["requests and approves a client certificate for User `root` (create certificatesigningrequests, update certificatesigningrequests/approval, approve signers)"]
                : [],
            found.SelectMany(f => f.Steps.Select(s => s.Words)));
    }

    [Fact]
    public void No_certificate_makes_a_member_of_system_masters() => Assert.DoesNotContain(
        PolicyLint.FindAll(Policy(
            ClusterRole(
                "r",
                Rule("create", "certificatesigningrequests", "certificates.k8s.io"),
                Rule("update", "certificatesigningrequests/approval", "certificates.k8s.io"),
                Rule("approve", "signers", "certificates.k8s.io")),
            Everywhere("b", "r", User("ann"))), ApiDiscovery.Empty),
        f => f.Code == PolicyLint.CanBecomeClusterAdmin);

    [Fact]
    public void Everybody_as_cluster_admin_is_an_error() => Assert.Equal(
        LintSeverity.Error,
        Assert.Single(
            PolicyLint.FindAll(Policy(ClusterRole("all", Rule("*", "*", "*")), Everywhere("a", "all", Group("system:authenticated"))), ApiDiscovery.Empty),
            f => f.Code == PolicyLint.ClusterAdmin).Severity);

    [Fact]
    public void Of_what_the_server_keeps_nothing_is_said()
    {
        var labels = new ObjectMeta { Name = "a", Labels = ObjectMeta.NoEntries.Add("kubernetes.io/bootstrapping", "rbac-defaults") };
        Assert.Empty(Find(
            ClusterRole("r", Rule("*", "*", "*"), Rule("get", "pods")) with { Metadata = labels with { Name = "r" } },
            Everywhere("a", "r", User("ann"), User("ann")) with { Metadata = labels }));
    }

    private static IEnumerable<string> Find(params RbacObject[] objects) =>
        PolicyLint.FindAll(Policy(objects), ApiDiscovery.Empty).Select(f => $"{f.Code} {f.Message}");
}
