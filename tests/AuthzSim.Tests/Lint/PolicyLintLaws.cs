using AuthzSim.Analysis;
using AuthzSim.Discovery;
using AuthzSim.Lint;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Analysis;
using AuthzSim.Tests.Laws;
using AuthzSim.Writes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using static AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Tests.Lint;

/// <summary>What lint says of random policies is true, and is all there is to say.</summary>
public sealed class PolicyLintLaws
{
    [Property(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 300)]
    public void All_that_may_be_removed_may_be_removed_together(PolicySet policy) =>
        Assert.True(PolicyDiff.Compute(policy, Reduced(policy)).IsEmpty);

    [Property(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 300)]
    public void Nothing_else_may_be_removed_then(PolicySet policy)
    {
        var reduced = Reduced(policy);
        var resolver = new RuleResolver(reduced);
        var bindings = reduced.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(reduced.RoleBindings).ToList();
        var used = bindings.Select(resolver.RoleOf).OfType<RbacRole>().ToHashSet<RbacRole>(ReferenceEqualityComparer.Instance);
        IEnumerable<PolicyPart> parts =
        [
            .. bindings.Select(b => new PolicyPart(b)),
            .. bindings.SelectMany(b => b.Subjects.Select((_, i) => new PolicyPart(b, Subject: i))),
            .. used.SelectMany(r => r.Rules.Select((_, i) => new PolicyPart(r, Rule: i))),
        ];
        Assert.All(parts, part => Assert.False(PolicyDiff.Compute(reduced, PolicyPart.Remove(reduced, [part])).IsEmpty, $"{part}"));
    }

    [Property(MaxTest = 300)]
    public Property Who_takes_the_steps_ends_as_cluster_admin() => Prop.ForAll(Arb.From(Escalating), policy =>
    {
        foreach (var finding in PolicyLint.FindAll(policy, ApiDiscovery.Empty).Where(f => f.Code == PolicyLint.CanBecomeClusterAdmin))
        {
            var now = policy;
            var actor = finding.Steps[^1].Actor;
            foreach (var step in finding.Steps.Where(s => s.Change is not null))
            {
                now = Take(now, step);
            }

            var user = AccessSubjects.UserOf(actor);
            if (finding.Steps[^1].Change is not null)
            {
                Assert.True(
                    new RbacAuthorizer(now).Authorize(RequestAttributes.ForResource(user, "any", "thing", "of.any.group", "elsewhere", "", "x")).IsAllowed,
                    $"{finding}\n{string.Join('\n', finding.Steps)}");
            }
        }
    });

    [Fact]
    public void The_ways_of_random_policies_are_many() =>
        Assert.InRange(Gen.Sample(Escalating, 200).Count(p => PolicyLint.FindAll(p, ApiDiscovery.Empty).Any(f => f.Code == PolicyLint.CanBecomeClusterAdmin)), 20, 190);

    private static PolicySet Take(PolicySet policy, EscalationStep step)
    {
        var @object = step.Change!.Object!;
        var user = AccessSubjects.UserOf(step.Actor);
        var exists = policy.Objects.Any(o => o.Kind == @object.Kind && o.Metadata.Namespace == @object.Metadata.Namespace && o.Metadata.Name == @object.Metadata.Name);
        var write = exists ? RbacWrite.Update(user, @object) : RbacWrite.Create(user, @object);
        var authorizer = new RbacAuthorizer(policy);

        // A patch is authorized by its own verb and then written like an update.
        var verbs = exists ? (string[])["update", "patch"] : ["create"];
        Assert.Contains(verbs, v => authorizer.Authorize(write.Attributes with { Verb = v }).IsAllowed);
        var result = new RbacWriteHandler(policy).HandleAuthorized(write);
        Assert.True(result.IsSuccess, $"{step}: {result.Status}");
        return Put(policy, @object);
    }

    private static PolicySet Put(PolicySet policy, RbacObject @object) => @object switch
    {
        ClusterRole r => policy with { ClusterRoles = [.. policy.ClusterRoles.Where(o => o.Metadata.Name != r.Metadata.Name), r] },
        Role r => policy with { Roles = [.. policy.Roles.Where(o => (o.Metadata.Namespace, o.Metadata.Name) != (r.Metadata.Namespace, r.Metadata.Name)), r] },
        ClusterRoleBinding b => policy with { ClusterRoleBindings = [.. policy.ClusterRoleBindings.Where(o => o.Metadata.Name != b.Metadata.Name), b] },
        RoleBinding b => policy with { RoleBindings = [.. policy.RoleBindings.Where(o => (o.Metadata.Namespace, o.Metadata.Name) != (b.Metadata.Namespace, b.Metadata.Name)), b] },
        _ => policy,
    };

    private static PolicySet Reduced(PolicySet policy) =>
        PolicyPart.Remove(policy, PolicyLint.FindAll(policy, ApiDiscovery.Empty).SelectMany(f => f.Removable));

    private static Gen<PolicySet> Escalating =>
        from rules in PolicyGenerators.Many(
            from verbs in PolicyGenerators.Many(Gen.Elements("bind", "escalate", "create", "update", "patch", "*"), 1, 3)
            from resource in Gen.Elements("clusterroles", "roles", "clusterrolebindings", "rolebindings", "*")
            from name in Gen.Elements("", "", "admin", "r0", "r1", "b0")
            select new PolicyRule { Verbs = [.. verbs], ApiGroups = [RbacNames.Group], Resources = [resource], ResourceNames = name.Length == 0 ? [] : [name] },
            6,
            6)
        from roles in PolicyGenerators.Many(Gen.Elements("r0", "r1", "r2", "admin"), 4, 4)
        from users in PolicyGenerators.Many(Gen.Elements("ann", "ben", "cat"), 4, 4)
        select Policy(
            ClusterRole("admin", new PolicyRule { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] }, Url("*", "*")),
            ClusterRole("r0", rules[..2]),
            ClusterRole("r1", rules[2..4]),
            Role("ns", "r2", rules[4..]),
            ClusterRole("r2", rules[3..]),
            Everywhere("b0", roles[0], User(users[0])),
            Everywhere("b1", "r0", User(users[1])),
            Everywhere("b2", roles[2], User(users[2])),
            In("ns", "b3", "Role", "r2", User(users[3])),
            Everywhere("robot", "admin", ServiceAccount("robot", "ns")));
}
