using AuthzSim.Compiled;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Compiled;

/// <summary>The compiled policy is the reference evaluator, only faster.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries), typeof(Changes)])]
public sealed class CompiledLaws
{
    private const int Policies = 7_200;

    /// <summary>144 requests a policy: more than a million in every run.</summary>
    [Property(MaxTest = Policies)]
    public void Decisions_reasons_and_sources_are_those_of_the_reference(Questions questions) =>
        Agreement.OnDecisions(questions.Policy, CompiledPolicy.Compile(questions.Policy), Agreement.Crossed(questions));

    [Property(MaxTest = 1_000)]
    public void Rules_subjects_and_matrix_cells_are_those_of_the_reference(Questions questions) =>
        Agreement.OnOtherQuestions(questions.Policy, CompiledPolicy.Compile(questions.Policy), questions.Requests);

    [Property(MaxTest = 1_000)]
    public void A_compiled_policy_gives_its_objects_back(PolicySet policy)
    {
        var back = CompiledPolicy.Compile(policy).ToPolicySet();

        var expected = PolicyModel.WithoutHiddenRoles(policy);
        Assert.Equal(expected.ClusterRoleBindings, back.ClusterRoleBindings);
        Assert.Equal(expected.RoleBindings, back.RoleBindings);
        Assert.Equal(expected.ClusterRoles.ToHashSet(), back.ClusterRoles.ToHashSet());
        Assert.Equal(expected.Roles.ToHashSet(), back.Roles.ToHashSet());
    }

    [Property(MaxTest = 500)]
    public void A_changed_policy_answers_as_one_compiled_from_the_changed_objects(Questions questions, PolicyChange[] changes)
    {
        var original = CompiledPolicy.Compile(questions.Policy);
        var changed = original.With(changes);

        var model = changes.Aggregate(PolicyModel.WithoutHiddenRoles(questions.Policy), PolicyModel.Apply);
        Agreement.OnDecisions(model, changed, questions.Requests);
        Agreement.OnOtherQuestions(model, changed, questions.Requests);
        Agreement.OnDecisions(questions.Policy, original, questions.Requests);
    }

    [Fact]
    public void A_bulk_check_on_all_cores_gives_the_answers_of_single_checks()
    {
        var fleet = new FleetGenerator(new FleetOptions { Bindings = 500, Seed = 3 });
        var policy = CompiledPolicy.Compile(fleet.ToPolicySet());
        var requests = fleet.Requests(20_000).ToArray();
        var results = new CheckResult[requests.Length];

        policy.Check(requests, results);

        Assert.Equal(requests.Select(r => policy.Check(r)), results);
        Assert.Contains(results, r => r.IsAllowed);
        Assert.Contains(results, r => !r.IsAllowed);
    }

    [Fact]
    public void A_check_allocates_nothing()
    {
        var fleet = new FleetGenerator(new FleetOptions { Bindings = 500, Seed = 3 });
        var policy = CompiledPolicy.Compile(fleet.ToPolicySet());
        var requests = fleet.Requests(500).ToArray();
        var results = new CheckResult[requests.Length];
        AllocatedBy(policy, requests, results);

        Assert.Equal(0, AllocatedBy(policy, requests, results));

        static long AllocatedBy(CompiledPolicy policy, RequestAttributes[] requests, CheckResult[] results)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (ref var request in requests.AsSpan())
            {
                policy.Check(request);
            }

            policy.Check(requests, results);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Thousands_of_changes_one_by_one_never_leave_the_rebuilt_policy()
    {
        const int Steps = 4_000;
        var questions = Questions.About(PolicyGenerators.PolicyOf(8)).Sample(1, size: 30).Single();
        var changes = Changes.Any.Sample(Steps, size: 30).ToList();
        var model = PolicyModel.WithoutHiddenRoles(questions.Policy);
        var compiled = CompiledPolicy.Compile(questions.Policy);
        foreach (var change in changes)
        {
            model = PolicyModel.Apply(model, change);
            compiled = compiled.With(change);
            Agreement.OnDecisions(model, compiled, questions.Requests);
        }

        Agreement.OnOtherQuestions(model, compiled, questions.Requests);
        var back = compiled.ToPolicySet();
        Assert.Equal(model.ClusterRoleBindings, back.ClusterRoleBindings);
        Assert.Equal(model.RoleBindings, back.RoleBindings);
    }

    [Fact]
    public void A_long_line_of_changes_leaves_no_trace_of_what_it_replaced()
    {
        // What is replaced would take 300 MB, so that what other tests hold meanwhile makes no difference.
        const int Steps = 5_000;
        const int MostKept = 100 << 20;
        var name = new string('b', 60_000);
        var subject = Subject.User("u");
        var kept = new ClusterRoleBinding { Metadata = new ObjectMeta { Name = "ä" + name }, RoleRef = RoleRef.ClusterRole("r"), Subjects = [subject] };
        var changed = kept with { Metadata = new ObjectMeta { Name = name } };
        var policy = CompiledPolicy.Compile(new PolicySet { ClusterRoleBindings = [kept, changed] });
        var first = policy;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Steps; i++)
        {
            policy = policy.With(PolicyChange.Put(changed with { Subjects = [subject, Subject.Group($"g{i % 2}")] }));
        }

        var objects = policy.ToPolicySet();
        Assert.Equal([kept, changed with { Subjects = [subject, Subject.Group("g1")] }], objects.ClusterRoleBindings);
        Assert.Equal([kept, changed], first.ToPolicySet().ClusterRoleBindings);
        objects = null;
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostKept);
        GC.KeepAlive(policy);
    }

    [Fact]
    public async Task Checks_beside_changes_give_only_answers_of_the_old_or_the_new_policy()
    {
        var questions = Questions.Any.Sample(1, size: 30).Single();
        var changes = Changes.Any.Sample(300, size: 30).ToList();
        var current = CompiledPolicy.Compile(questions.Policy);
        var done = false;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var rounds = 0;
            while (!Volatile.Read(ref done) || rounds == 0)
            {
                // A policy in hand must give one answer, whatever is derived from it meanwhile.
                var policy = Volatile.Read(ref current);
                var first = questions.Requests.Select(r => policy.Authorize(r).Reason).ToList();
                Assert.Equal(first, questions.Requests.Select(r => policy.Authorize(r).Reason));
                Agreement.OnDecisions(policy.ToPolicySet(), policy, questions.Requests);
                rounds++;
            }
        }, TestContext.Current.CancellationToken)).ToList();

        foreach (var change in changes)
        {
            Volatile.Write(ref current, current.With(change));
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);
    }

    /// <summary>Puts and deletions of objects whose names collide with those of random policies.</summary>
    public static class Changes
    {
        public static Gen<PolicyChange> Any { get; } =
            from edit in PolicyEdit.Any
            select edit.Kind == EditKind.Remove
                ? PolicyChange.Delete(
                    edit.Object.Kind, edit.Object.IsNamespaced ? edit.Object.Metadata.Namespace : "", edit.Object.Metadata.Name)
                : PolicyChange.Put(edit.Object);

        public static Arbitrary<PolicyChange[]> Sequences() => Arb.From(
            PolicyGenerators.Many(Any, 0, 12), changes => Enumerable.Range(0, changes.Length).Select(i => changes.Where((_, j) => j != i).ToArray()));
    }
}
