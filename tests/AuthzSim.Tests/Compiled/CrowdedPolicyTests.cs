using System.Collections.Immutable;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Compiled;

/// <summary>Where there is much of something the index finds it in another way; the answers stay those of the reference.</summary>
public sealed class CrowdedPolicyTests
{
    private const string Home = "home";

    [Theory]
    [InlineData(3)] // gathered in bulk
    [InlineData(12)] // more groups than a bulk check gathers
    [InlineData(60)] // more groups than a check keeps on the stack
    public void Users_of_many_groups(int groups)
    {
        var policy = new PolicySet
        {
            ClusterRoles = [.. Numbers(groups).Select(i => ClusterRole($"reads-{i}", $"res{i}"))],
            RoleBindings = [.. Numbers(groups).Select(i => Binding($"b{i}", $"reads-{i}", Subject.Group($"group-{i}")))],
        };
        var user = UserInfo.Of("somebody", [.. Numbers(groups).Select(i => $"group-{i}")]);

        AssertAgree(policy, [.. Numbers(groups + 2).Select(i => Request(user, $"res{i}"))]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)] // more than a bulk check gathers
    [InlineData(400)] // more identities in a namespace than are scanned
    public void Namespaces_of_many_bindings(int bindings)
    {
        var users = Numbers(bindings).Select(i => $"user-{i}").ToArray();
        var policy = new PolicySet
        {
            ClusterRoles = [.. Numbers(bindings).Select(i => ClusterRole($"reads-{i}", $"res{i}"))],
            RoleBindings =
            [
                .. Numbers(bindings).Select(i => Binding($"b{i}", $"reads-{i}", Subject.User("everybody"), Subject.User(users[i]), Subject.User(users[^(i + 1)]))),
            ],
        };

        AssertAgree(
            policy,
            [
                .. Numbers(bindings + 1).Select(i => Request(UserInfo.Of("everybody"), $"res{i}")),
                .. Numbers(bindings).Select(i => Request(UserInfo.Of(users[i]), $"res{bindings - 1 - i}")),
            ]);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(65)] // more pairs in a role than are scanned
    [InlineData(900)]
    public void Roles_of_many_resources(int resources)
    {
        var policy = new PolicySet
        {
            ClusterRoles =
            [
                new ClusterRole
                {
                    Metadata = new ObjectMeta { Name = "many" },
                    Rules =
                    [
                        .. Numbers(resources).Select(i => new PolicyRule { ApiGroups = [$"group{i % 3}"], Resources = [$"res{i}"], Verbs = [i % 2 == 0 ? "get" : "list"] }),
                        new PolicyRule { ApiGroups = ["group0"], Resources = ["res0"], Verbs = ["watch"] },
                    ],
                },
            ],
            RoleBindings = [Binding("b", "many", Subject.User("reader"))],
        };
        var requests =
            from i in Numbers(resources + 1)
            from verb in (string[])["get", "list", "watch"]
            select Request(UserInfo.Of("reader"), $"res{i}", $"group{i % 3}", verb);

        AssertAgree(policy, [.. requests]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("abcdefg")]
    [InlineData("abcdefgh")]
    [InlineData("abcdefghijklmnopq")]
    [InlineData("system:serviceaccount:a-namespace:an-account-of")] // as long as a slot has room for, and longer
    [InlineData("system:serviceaccount:a-namespace:an-account-of-it")]
    [InlineData("bjørn")]
    [InlineData("ab\ud83d\ude00cd")]
    [InlineData("ab\ud83dcd")]
    [InlineData("a\0b")]
    public void Names_of_every_length_and_alphabet(string name)
    {
        var policy = new PolicySet
        {
            ClusterRoles = [ClusterRole("reads", "pods")],
            RoleBindings = [Binding("b", "reads", Subject.User(name))],
        };
        string[] others = [name + "x", name.Length > 0 ? name[..^1] : "y", Changed(name, 0), Changed(name, name.Length / 2), Changed(name, name.Length - 1)];

        AssertAgree(policy, [.. others.Append(name).Select(n => Request(UserInfo.Of(n), "pods"))]);

        var (only, allowed) = (CompiledPolicy.Compile(policy), Request(UserInfo.Of(name), "pods"));
        Assert.True(only.Check(allowed).IsAllowed);
        Assert.Equal([Subject.Group(RbacNames.SystemMasters), Subject.User(name)], only.AllowedSubjects(allowed).Subjects);
    }

    private static string Changed(string name, int at) =>
        at < 0 || at >= name.Length ? name + "z" : name[..at] + (char)(name[at] ^ 0x100) + name[(at + 1)..];

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);

    private static void AssertAgree(PolicySet policy, ImmutableArray<RequestAttributes> requests)
    {
        var compiled = CompiledPolicy.Compile(policy);
        Agreement.OnDecisions(policy, compiled, requests);
        Assert.Equal([false, true], requests.Select(r => compiled.Check(r).IsAllowed).Distinct().Order());
    }

    private static RequestAttributes Request(UserInfo user, string resource, string apiGroup = "", string verb = "get") =>
        RequestAttributes.ForResource(user, verb, resource, apiGroup, Home);

    private static ClusterRole ClusterRole(string name, string resource) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Rules = [new PolicyRule { ApiGroups = [""], Resources = [resource], Verbs = ["get"] }],
    };

    private static RoleBinding Binding(string name, string role, params Subject[] subjects) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = Home },
        RoleRef = RoleRef.ClusterRole(role),
        Subjects = [.. subjects],
    };
}
