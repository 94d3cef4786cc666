using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Matrix;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck.Xunit;
using static AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Tests.Analysis;

/// <summary>Every cell of a matrix is what the reference evaluator answers.</summary>
public sealed class ResourceMatrixLaws
{
    private static readonly ImmutableArray<string> _verbs = ["get", "list", "delete"];

    private static readonly ImmutableArray<MatrixResource> _columns =
    [
        new MatrixResource { Resource = "pods", Verbs = _verbs },
        new MatrixResource { Resource = "deployments", ApiGroup = "apps", Subresource = "scale", Verbs = _verbs },
        new MatrixResource { Resource = "pods", ApiGroup = "apps", IsNamespaced = false, Verbs = _verbs },
        new MatrixResource { Path = "/healthz", IsNamespaced = false, Verbs = _verbs },
    ];

    [Property(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 200)]
    public void A_cell_of_one_namespace_is_the_references_answer(PolicySet policy, UserInfo user) =>
        Check(policy, user, "ns1", (ask, _) => ask("ns1"));

    [Property(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 200)]
    public void A_cell_of_the_cluster_says_everywhere_or_in_some_namespace(PolicySet policy, UserInfo user) => Check(
        policy,
        user,
        null,
        (ask, column) => ask("") is var everywhere && everywhere != AccessExtent.Full && column.IsNamespaced
            ? new[] { "ns1", "ns2", "*" }.Select(ask).Max() switch { AccessExtent.Full => AccessExtent.SomeNamespaces, var e => e }
            : everywhere);

    [Fact]
    public void Members_of_system_masters_may_everything()
    {
        var matrix = ResourceMatrix.Compute(PolicySet.Empty, [MatrixSubject.Of(Group("system:masters"))], _columns, null);
        Assert.All(Enumerable.Range(0, _columns.Length), c => Assert.Equal(_verbs, matrix.Verbs(0, c, AccessExtent.Full)));
    }

    [Fact]
    public void A_policy_suggests_the_subjects_it_names_and_the_resources_it_grants_most()
    {
        var policy = Policy(
            ClusterRole("a", Rule("use", "pods"), Rule("get", "*", "*")),
            ClusterRole("b", Rule("get", "pods"), Rule("get", "deployments", "apps")),
            ClusterRole("unbound", Rule("get", "nodes")),
            Everywhere("1", "a", User("ann"), User("system:serviceaccount:shop:bot"), Group("dev"), new Subject { Kind = "Robot", Name = "x" }),
            In("shop", "2", "ClusterRole", "b", ServiceAccount("bot"), User("ann")));
        Assert.Equal(
            ["User ann", "User ben", "ServiceAccount bot"],
            MatrixSelection.SubjectsOf(policy, new Dictionary<string, ImmutableArray<string>> { ["ben"] = ["dev"] }, false).Select(s => $"{s.Subject.Kind} {s.Subject.Name}"));
        var columns = MatrixSelection.ResourcesOf(policy, ApiDiscovery.Empty, false);
        Assert.Equal(["pods", "deployments.apps"], columns.Select(c => c.Title));
        Assert.Contains("use", columns[0].Verbs);
    }

    private static void Check(PolicySet policy, UserInfo user, string? @namespace, Func<Func<string, AccessExtent>, MatrixResource, AccessExtent> expected)
    {
        var matrix = ResourceMatrix.Compute(policy, [new MatrixSubject(Subject.User(user.Name), user)], _columns, @namespace);
        var authorizer = new RbacAuthorizer(policy);
        var names = policy.ClusterRoles.AsEnumerable<RbacRole>().Concat(policy.Roles).SelectMany(r => r.Rules).SelectMany(r => r.ResourceNames).Distinct().ToList();
        for (var c = 0; c < _columns.Length; c++)
        {
            var column = _columns[c];
            for (var v = 0; v < _verbs.Length; v++)
            {
                var verb = _verbs[v];
                var want = user.Groups.Contains("system:masters") ? AccessExtent.Full : expected(Ask, column);
                Assert.Equal(want, matrix[0, c, v]);

                AccessExtent Ask(string asked)
                {
                    var at = column.IsNamespaced ? asked : "";
                    return May("") ? AccessExtent.Full : names.Exists(May) ? AccessExtent.NamedObjects : AccessExtent.None;

                    bool May(string name) => authorizer.Authorize(column.Path.Length > 0
                        ? RequestAttributes.ForPath(user, verb, column.Path)
                        : RequestAttributes.ForResource(user, verb, column.Resource, column.ApiGroup, at, column.Subresource, name)).IsAllowed;
                }
            }
        }
    }
}
