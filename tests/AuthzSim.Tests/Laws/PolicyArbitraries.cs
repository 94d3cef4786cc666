using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Laws;

/// <summary>The generators with their shrinkers, for <c>[Property(Arbitrary = [typeof(PolicyArbitraries)])]</c>.</summary>
public static class PolicyArbitraries
{
    public static Arbitrary<PolicySet> Policies() => Arb.From(PolicyGenerators.Policy, PolicyShrinkers.Policy);

    public static Arbitrary<RequestAttributes> Requests() => Arb.From(PolicyGenerators.Request, PolicyShrinkers.Request);

    public static Arbitrary<Questions> Questions() => Arb.From(Laws.Questions.Any, Laws.Questions.Shrink);

    public static Arbitrary<PolicyRule> Rules() => Arb.From(PolicyGenerators.Rule, PolicyShrinkers.Rule);

    public static Arbitrary<UserInfo> Users() => Arb.From(PolicyGenerators.User);

    public static Arbitrary<RbacBinding> Bindings() => Arb.From(Gen.OneOf(
        PolicyGenerators.ClusterRoleBinding.Select(b => (RbacBinding)b), PolicyGenerators.RoleBinding.Select(b => (RbacBinding)b)));

    public static Arbitrary<Reordered> Reorderings() => Arb.From(Reordered.Any);

    public static Arbitrary<RulePair> RulePairs() => Arb.From(RulePair.Any, RulePair.Shrink);

    public static Arbitrary<PolicyEdit[]> EditSequences() => Arb.From(
        PolicyEdit.Sequence, edits => Enumerable.Range(0, edits.Length).Select(i => edits.Where((_, j) => j != i).ToArray()));
}
