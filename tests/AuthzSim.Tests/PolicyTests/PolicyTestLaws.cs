using System.Collections.Immutable;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.PolicyTests;

/// <summary>What tests say holds of every request, and nothing but what they touch matters to them.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries), typeof(PolicyTestLaws)], MaxTest = 300)]
public sealed class PolicyTestLaws
{
    /// <summary>Sets of actions of the words policies are made of.</summary>
    public sealed record Box(ActionTable Table);

    public static Arbitrary<Box> Boxes() => Arb.From(
        from verbs in Some("get", "list", "*")
        from apiGroup in Gen.Elements("", "apps", "*")
        from resource in Gen.Elements("pods", "deployments", "*")
        from subresource in Gen.Elements("", "", "log")
        from namespaces in Some("ns1", "ns2", "*")
        from names in Some("", "a", "*")
        from urls in PolicyGenerators.Many(Gen.Elements("/healthz", "/healthz/*", "/a/*", "*"), 0, 2)
        select new Box(new ActionTable
        {
            Verbs = [.. verbs],
            Resources = [new TestedResource(apiGroup, resource, resource == "*" && subresource.Length == 0 ? "*" : subresource)],
            Namespaces = [.. namespaces],
            ResourceNames = [.. names],
            NonResourceUrls = [.. urls],
        }));

    [Property]
    public void The_table_is_the_product_of_its_parts(Box box)
    {
        var table = box.Table;
        var actions = table.Expand().ToList();
        Assert.Equal(table.Count, actions.Count);
        var expected = from verb in table.Verbs
                       from @namespace in table.Namespaces
                       from name in table.ResourceNames
                       select (verb, name, @namespace);
        Assert.Equal(expected.Order(), actions.Where(a => a.Resource is not null).Select(a => (a.Verb, a.Name, a.Namespace)).Order());
    }

    [Property]
    public void What_never_happens_no_request_outside_is_allowed_to_do(Questions questions, Box box)
    {
        var rbac = new RbacAuthorizer(questions.Policy);
        ImmutableArray<Subject> except = [Subject.User("alice"), Subject.Group("devs")];
        var never = new NeverAssertion { Actions = box.Table, Except = except, IncludesDefaultPolicy = true };
        foreach (var outcome in Run(questions.Policy, never))
        {
            foreach (var finding in outcome.Findings)
            {
                var request = finding.Request!.Value;
                Assert.True(IsIn(outcome.Action!, request));
                Assert.NotEqual("alice", request.User.Name);
                Assert.True(rbac.Authorize(request).IsAllowed, $"{outcome.Name}: {finding.Subject} {request}");
                Assert.NotEmpty(finding.Paths);
            }

            foreach (var request in outcome.Passed ? questions.Requests.Where(r => IsIn(outcome.Action!, r) && !IsExempt(r.User)) : [])
            {
                Assert.False(rbac.Authorize(request).IsAllowed, $"{outcome.Name}: {request}");
            }
        }
    }

    [Property]
    public void Never_fails_exactly_when_somebody_can(PolicySet policy, RequestAttributes request)
    {
        var action = request.IsResourceRequest
            ? new ActionTable
            {
                Verbs = [request.Verb],
                Resources = [new TestedResource(request.ApiGroup, request.Resource, request.Subresource)],
                Namespaces = [request.Namespace],
                ResourceNames = [request.Name],
            }
            : new ActionTable { Verbs = [request.Verb], NonResourceUrls = [request.Path] };
        if (action.Expand().Single() is not { IsSingle: true } single)
        {
            return;
        }

        var who = new RbacAuthorizer(policy).AllowedSubjects(single.ToRequest(new UserInfo())).Subjects
            .Where(s => s is { Kind: "User" } or { Kind: "Group", Name: not RbacNames.SystemMasters } or { Kind: "ServiceAccount", Namespace.Length: > 0 });
        Assert.Equal(!who.Any(), Run(policy, new NeverAssertion { Actions = action, IncludesDefaultPolicy = true })[0].Passed);
    }

    [Property]
    public void Allow_and_deny_answer_as_the_authorizer_does(Questions questions)
    {
        foreach (var request in questions.Requests.Where(r => r is { IsResourceRequest: true, Namespace: not "*", Name: not "*", Resource: not "*", Subresource: not "*" }))
        {
            var table = new ActionTable
            {
                Verbs = [request.Verb],
                Resources = [new TestedResource(request.ApiGroup, request.Resource, request.Subresource)],
                Namespaces = [request.Namespace],
                ResourceNames = [request.Name],
            };
            ImmutableArray<Subject> subjects = [Subject.User("bob")];
            var user = UserInfo.Impersonated("bob", request.User.Groups.Remove(RbacNames.SystemMasters));
            var test = new PolicyTest
            {
                Members = PolicyTest.NoMembers.Add("bob", user.Groups),
                Assertions = [new AllowAssertion { Subjects = subjects, Actions = table }, new DenyAssertion { Subjects = subjects, Actions = table }],
            };
            var cases = new PolicyTester(questions.Policy, PolicySet.Empty).Run([test]).Tests[0].Cases;
            var allowed = user.Groups.Contains(RbacNames.SystemMasters)
                || new RbacAuthorizer(questions.Policy).Authorize(request with { User = user }).IsAllowed;
            Assert.Equal([allowed, !allowed], cases.Select(c => c.Passed));
        }
    }

    [Property(MaxTest = 100)]
    public void A_rule_that_is_not_touched_matters_to_no_case(PolicySet policy, Box box)
    {
        ImmutableArray<Subject> subjects = [Subject.User("alice"), Subject.Group("devs"), Subject.ServiceAccount("ns1", "sa")];
        var test = new PolicyTest
        {
            Assertions =
            [
                new AllowAssertion { Subjects = subjects, Actions = box.Table },
                new DenyAssertion { Subjects = subjects, Actions = box.Table },
                new OnlyAssertion { Subjects = subjects, Actions = box.Table },
                new NeverAssertion { Except = subjects, Actions = box.Table },
            ],
        };
        var report = new PolicyTester(policy, PolicySet.Empty).Run([test], measuresCoverage: true);
        foreach (var (_, rule) in report.Coverage!.Rules)
        {
            var without = policy with
            {
                ClusterRoles = [.. policy.ClusterRoles.Select(r => r with { Rules = r.Rules.RemoveAll(x => ReferenceEquals(x, rule)) })],
                Roles = [.. policy.Roles.Select(r => r with { Rules = r.Rules.RemoveAll(x => ReferenceEquals(x, rule)) })],
            };
            var again = new PolicyTester(without, PolicySet.Empty).Run([test]);
            Assert.Equal(report.Tests[0].Cases.Select(c => c.Passed), again.Tests[0].Cases.Select(c => c.Passed));
        }
    }

    private static Gen<string[]> Some(params string[] words) => PolicyGenerators.Many(Gen.Elements(words), 1, 2);

    private static ImmutableArray<CaseOutcome> Run(PolicySet policy, PolicyAssertion assertion) =>
        new PolicyTester(policy, PolicySet.Empty).Run([new PolicyTest { Assertions = [assertion] }]).Tests[0].Cases;

    private static bool IsExempt(UserInfo user) => user.Name == "alice" || user.Groups.Contains("devs") || user.Groups.Contains(RbacNames.SystemMasters);

    private static bool IsIn(TestedAction action, RequestAttributes request) => action.Resource is { } resource
        ? request.IsResourceRequest && Fits(action.Verb, request.Verb) && Fits(resource.ApiGroup, request.ApiGroup)
            && Fits(resource.Resource, request.Resource) && Fits(resource.Subresource, request.Subresource)
            && Fits(action.Name, request.Name) && Fits(action.Namespace, request.Namespace)
        : !request.IsResourceRequest && Fits(action.Verb, request.Verb)
            && (action.Path.EndsWith('*') ? request.Path.StartsWith(action.Path.TrimEnd('*'), StringComparison.Ordinal) : request.Path == action.Path);

    private static bool Fits(string pattern, string value) => pattern == "*" || pattern == value;
}
