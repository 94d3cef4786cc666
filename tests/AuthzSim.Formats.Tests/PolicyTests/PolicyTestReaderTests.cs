using AuthzSim.Discovery;
using AuthzSim.Formats.Discovery;
using AuthzSim.Formats.PolicyTests;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Tests.PolicyTests;

public sealed class PolicyTestReaderTests : IDisposable
{
    private const string Head = "apiVersion: authzsim.io/v1\nkind: PolicyTest\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("authzsim-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_field_of_a_test_is_read()
    {
        var test = Assert.Single(Read("""
            apiVersion: authzsim.io/v1
            kind: PolicyTest
            metadata: {name: shop}
            members: {ann: [devs, ops]}
            allow:
            - {name: work, users: [ann], groups: [devs], serviceAccounts: [shop/builder], verbs: [get], resources: [deploy, pods/log], namespaces: [shop]}
            deny:
            - {users: [ann], verbs: [get], nonResourceURLs: [/metrics]}
            only:
            - {users: [ann], verbs: [get], resources: [nodes], except: {groups: ["system:*"]}}
            never:
            - {verbs: [get], resources: ["*.apps"], includeDefaultPolicy: true}
            changes:
            - {delete: [clusterrolebinding/x, RoleBinding/shop/y], noNewAccess: true}
            """).Tests);
        Assert.Equal("shop", test.Name);
        Assert.Equal(["devs", "ops"], test.Members["ann"]);
        var allow = Assert.IsType<AllowAssertion>(test.Assertions[0]);
        Assert.Equal(
            [Subject.User("ann"), Subject.Group("devs"), Subject.ServiceAccount("shop", "builder")], allow.Subjects);
        Assert.Equal([new TestedResource("apps", "deployments"), new TestedResource("", "pods", "log")], allow.Actions.Resources);
        Assert.Equal(("work", 6), (allow.Name, allow.Location.Line));
        Assert.Equal(["get /metrics"], Assert.IsType<DenyAssertion>(test.Assertions[1]).Actions.Expand().Select(a => a.ToString()));
        var only = Assert.IsType<OnlyAssertion>(test.Assertions[2]);
        Assert.Equal((false, Subject.Group("system:*")), (only.Actions.Resources[0].IsNamespaced, Assert.Single(only.Except)));
        var never = Assert.IsType<NeverAssertion>(test.Assertions[3]);
        Assert.True(never.IncludesDefaultPolicy);
        Assert.Equal("get *.apps of any name in all namespaces", Assert.Single(never.Actions.Expand()).ToString());
        var change = Assert.IsType<ChangeAssertion>(test.Assertions[4]);
        Assert.Equal([("ClusterRoleBinding", "", "x"), ("RoleBinding", "shop", "y")], change.Changes.Select(c => (c.Kind, c.Namespace, c.Name)));
        Assert.True(change.Gains.IsEmpty && change.Losses.IsDefault);
    }

    [Theory]
    [InlineData("alow: []", "4:1: unknown field `alow`: did you mean `allow`?")]
    [InlineData("allow: []", "4:1: allow: the list is empty")]
    [InlineData("members: {a: [b]}", "1:1: the test asserts nothing")]
    [InlineData("allow: [{users: [a], verbs: get, nonResourceURLs: [/x]}]", "4:29: allow[0].verbs: the text `get` stands where a list is needed: write `verbs: [\"get\"]`")]
    [InlineData("allow: [{users: [a], verbs: [1], nonResourceURLs: [/x]}]", "4:30: allow[0].verbs[0]: `1` is a number where text is needed: quote it, `\"1\"`")]
    [InlineData("allow: [{users: [], verbs: [get], nonResourceURLs: [/x]}]", "allow[0].users: the list is empty: leave it out, or name at least one")]
    [InlineData("allow: [{verbs: [get], nonResourceURLs: [/x]}]", "allow[0]: nobody is named")]
    [InlineData("allow: [{users: [a], nonResourceURLs: [/x]}]", "allow[0]: no `verbs`")]
    [InlineData("allow: [{users: [a], verbs: [get]}]", "allow[0]: nothing to do it with")]
    [InlineData("allow: [{users: [a], verbs: [GET], nonResourceURLs: [x]}]", "allow[0].verbs[0]: `GET` never matches")]
    [InlineData("allow: [{users: ['a*'], verbs: [get], nonResourceURLs: [/x]}]", "allow[0].users[0]: `a*`: `*` stands for names under `except` only")]
    [InlineData("allow: [{serviceAccounts: [a], verbs: [get], nonResourceURLs: [/x]}]", "allow[0].serviceAccounts[0]: `a` is no service account: write `NAMESPACE/NAME`")]
    [InlineData("deny: [{users: [a], verbs: [get], resources: [pods]}]", "deny[0]: `pods` live in namespaces")]
    [InlineData("deny: [{users: [a], verbs: [get], resources: [nodes], namespaces: [x]}]", "deny[0].namespaces: `nodes` live in no namespace: leave it out")]
    [InlineData("deny: [{users: [a], verbs: [get], resources: [podz], namespaces: [x]}]", "deny[0].resources[0]: no resource type `podz` is known: did you mean `pods`?")]
    [InlineData("deny: [{users: [a], verbs: [get], resources: [pods/*], namespaces: [x]}]", "deny[0].resources[0]: `pods/*`: `*` stands for no subresource alone")]
    [InlineData("never: [{verbs: [get], nonResourceURLs: [/x], namespaces: [y]}]", "never[0].namespaces: only resources have it")]
    [InlineData("never: [{users: [x], verbs: [get], nonResourceURLs: [/x]}]", "unknown field `users`")]
    [InlineData("changes: [{noNewAccess: true}]", "changes[0]: nothing changes")]
    [InlineData("changes: [{delete: [clusterrole/x]}]", "changes[0]: nothing is asserted")]
    [InlineData("changes: [{delete: [role/x], gains: []}]", "changes[0].delete[0]: `role/x` names no object")]
    [InlineData("changes: [{apply: [none.yaml], gains: []}]", "changes[0].apply[0]: no such file")]
    [InlineData("changes: [{apply: [{apiVersion: v1, kind: Pod}], gains: []}]", "changes[0].apply[0]: no role and no binding in here")]
    public void What_is_wrong_is_said_with_its_place(string text, string expected)
    {
        var refusal = Assert.Throws<PolicyFormatException>(() => Read(Head + "# a comment\n" + text));
        var message = string.Join('\n', refusal.Diagnostics.Select(d => d.ToString()));
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.All(refusal.Diagnostics, d => Assert.True(d.Location.Line > 0));
    }

    [Fact]
    public void Types_and_subresources_nobody_knows_are_warned_of() => Assert.Equal(
        [
            "deny[0].resources[0]: no resource type `foos` is known in group `example.com`",
            "deny[0].resources[1]: `pods` has no subresource `logs` that a server lists: did you mean `log`?",
        ],
        Read(Head + "deny: [{users: [a], verbs: [get], resources: [foos.example.com, pods/logs], namespaces: [x]}]").Warnings.Select(w => w.Message));

    [Fact]
    public void Changes_come_from_files_beside_the_test_and_from_objects_in_it()
    {
        const string Role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: []}";
        File.WriteAllText(Path.Combine(_folder, "role.yaml"), Role.Replace("name: r", "name: file", StringComparison.Ordinal));
        var path = Path.Combine(_folder, "test.yaml");
        File.WriteAllText(path, $"{Head}changes:\n- gains: []\n  apply:\n  - role.yaml\n  - {Role}\n");
        var read = PolicyTestReader.Read([path], Options(""));
        var change = Assert.IsType<ChangeAssertion>(Assert.Single(Assert.Single(read.Tests).Assertions));
        Assert.Equal(["file", "r"], change.Changes.Select(c => c.Name));
        Assert.Equal((path, 7), (change.Changes[1].Object!.Location.Path, change.Changes[1].Object!.Location.Line));
        Assert.Equal([Path.Combine(_folder, "role.yaml")], read.ChangeFiles);
    }

    [Fact]
    public void An_invalid_object_of_a_change_is_refused_at_its_place()
    {
        var refusal = Assert.Throws<PolicyFormatException>(() => Read(
            Head + "changes:\n- gains: []\n  apply:\n  - apiVersion: rbac.authorization.k8s.io/v1\n    kind: ClusterRole\n    rules: []\n"));
        Assert.Contains("metadata.name", Assert.Single(refusal.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.Equal(6, refusal.Diagnostics[0].Location.Line);
    }

    [Theory]
    [InlineData("apiVersion: authzsim.io/v1\nkind: PolicyTests\n", "there is no `PolicyTests` in `authzsim.io/v1`")]
    [InlineData("apiVersion: authzsim.io/v2\nkind: PolicyTest\n", "there is no `PolicyTest` in `authzsim.io/v2`")]
    [InlineData("apiVersion: v1\nkind: Pod\n", "no test in here")]
    public void Documents_that_are_almost_tests_are_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<PolicyFormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_table_of_too_many_cases_is_refused()
    {
        var many = string.Join(',', Enumerable.Range(0, 1001).Select(i => $"n{i}"));
        var text = Head + $"deny: [{{users: [{many}], verbs: [{many}], nonResourceURLs: [/x]}}]";
        Assert.Contains("more than 1000000 cases", Assert.Throws<PolicyFormatException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    internal static PolicyTestLoadResult Read(string text) => PolicyTestReader.Read(["-"], Options(text));

    private static PolicyTestLoadOptions Options(string text) => new()
    {
        Mapper = new RestMapper(DiscoveryReader.Kubernetes136),
        StandardInput = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)),
    };
}
