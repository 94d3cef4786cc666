using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Analysis;
using AuthzSim.Writes;

namespace AuthzSim.Tests.Writes;

public sealed class EditRefusalTests
{
    private static readonly UserInfo _admin = UserInfo.Of("admin", RbacNames.SystemMasters);
    private static readonly UserInfo _ann = UserInfo.Of("ann");

    /// <summary>ann writes roles and bindings of namespace shop, and reads pods there.</summary>
    private static readonly PolicySet _policy = Given.Policy(
        Given.Role(
            "shop", "writer",
            new PolicyRule { Verbs = ["create", "patch", "delete"], ApiGroups = [RbacNames.Group], Resources = ["roles", "rolebindings"] },
            Given.Rule("get", "pods")),
        Binding("ann", "writer", "ann"));

    [Fact]
    public void Who_may_do_everything_is_only_refused_what_is_invalid()
    {
        var moved = Binding("ann", "other", "ann");

        Assert.Empty(Find(_admin, PolicyChange.Put(Role("reader", Given.Rule("get", "secrets"))), PolicyChange.Delete("RoleBinding", "shop", "ann")));
        Assert.Contains("cannot change roleRef", Assert.Single(Find(_admin, PolicyChange.Put(moved))), StringComparison.Ordinal);
        Assert.Contains("not found", Assert.Single(Find(_admin, PolicyChange.Delete("Role", "shop", "none"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_gives_more_than_they_have()
    {
        Assert.Empty(Find(_ann, PolicyChange.Put(Role("reader", Given.Rule("get", "pods")))));
        Assert.Contains(
            "attempting to grant RBAC permissions not currently held",
            Assert.Single(Find(_ann, PolicyChange.Put(Role("reader", Given.Rule("get", "secrets"))))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_is_judged_by_the_policy_that_earlier_ones_leave()
    {
        var role = PolicyChange.Put(Role("reader", Given.Rule("get", "pods")));
        var binding = PolicyChange.Put(Binding("readers", "reader", "ben"));

        Assert.Empty(Find(_ann, role, binding));
        Assert.Contains("not found", Assert.Single(Find(_ann, binding)), StringComparison.Ordinal);
        Assert.Contains(
            "cannot create resource", Assert.Single(Find(_ann, PolicyChange.Delete("RoleBinding", "shop", "ann"), role)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_there_is_patched_and_what_is_not_is_created()
    {
        var policy = _policy.With(PolicyChange.Put(Given.Role(
            "shop", "writer", Given.Rule("patch", "roles", RbacNames.Group), Given.Rule("get", "pods"))));
        var own = policy.Roles[0] with { Rules = [Given.Rule("get", "pods")] };

        Assert.Empty(EditRefusals.Find(policy, [PolicyChange.Put(own)], _ann));
        Assert.Contains(
            "cannot create resource",
            Assert.Single(EditRefusals.Find(policy, [PolicyChange.Put(Role("new", Given.Rule("get", "pods")))], _ann)).Status.Message, StringComparison.Ordinal);
    }

    private static string[] Find(UserInfo user, params PolicyChange[] changes) =>
        [.. EditRefusals.Find(_policy, changes, user).Select(r => r.Status.Message)];

    private static Role Role(string name, PolicyRule rule) => Given.Role("shop", name, rule);

    private static RoleBinding Binding(string name, string role, string user) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "shop" },
        RoleRef = RoleRef.Role(role),
        Subjects = [Subject.User(user)],
    };
}
