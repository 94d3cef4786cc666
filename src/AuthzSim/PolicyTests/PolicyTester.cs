using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.PolicyTests;

/// <summary>Runs tests against a policy. One instance shares what it works out between runs; not safe to share between threads.</summary>
public sealed class PolicyTester
{
    private readonly PolicySet _policy;
    private readonly PolicySet _defaults;
    private readonly RoleAccess _access = new();
    private readonly Lazy<GrantIndex> _grants;
    private readonly Lazy<GrantIndex> _granted;
    private readonly CompiledPolicy _compiled;

    /// <summary>Makes a tester.</summary>
    /// <param name="policy">The policy, aggregated roles filled in.</param>
    /// <param name="defaultPolicy">
    /// What every cluster has, whether or not it is in <paramref name="policy"/>: assertions about everybody take what it
    /// grants as given, and coverage leaves out objects of its names.
    /// </param>
    public PolicyTester(PolicySet policy, PolicySet defaultPolicy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(defaultPolicy);
        (_policy, _defaults, _compiled) = (policy, defaultPolicy, CompiledPolicy.Compile(policy));
        _grants = new Lazy<GrantIndex>(() => new GrantIndex(policy, _access));
        _granted = new Lazy<GrantIndex>(() => new GrantIndex(ClusterRoleAggregation.Apply(defaultPolicy), _access));
    }

    /// <summary>Runs tests.</summary>
    /// <param name="tests">The tests.</param>
    /// <param name="measuresCoverage">True to find out what of the policy they touch.</param>
    /// <param name="isWanted">Which cases to run; null for all.</param>
    public PolicyTestReport Run(IEnumerable<PolicyTest> tests, bool measuresCoverage = false, Func<CaseOutcome, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var touched = measuresCoverage ? new TouchedRules() : null;
        ImmutableArray<TestOutcome> outcomes = [.. tests.Select(t => new TestOutcome(t, Run(t, touched, isWanted ?? (static _ => true))))];
        return new PolicyTestReport(outcomes, touched?.CoverageOf(_policy, _defaults));
    }

    private ImmutableArray<CaseOutcome> Run(PolicyTest test, TouchedRules? touched, Func<CaseOutcome, bool> isWanted)
    {
        var outcomes = ImmutableArray.CreateBuilder<CaseOutcome>();
        foreach (var assertion in test.Assertions)
        {
            switch (assertion)
            {
                case AllowAssertion allow:
                    AddAccess(allow, allow.Subjects, isAllowed: true);
                    break;
                case DenyAssertion deny:
                    AddAccess(deny, deny.Subjects, isAllowed: false);
                    break;
                case EverybodyAssertion everybody:
                    AddEverybody(everybody);
                    break;
                case ChangeAssertion change when isWanted(new CaseOutcome(change, null, null, [])):
                    outcomes.Add(new CaseOutcome(change, null, null, new ChangeCheck(_policy, _access).Find(change)));
                    break;
            }
        }

        return outcomes.DrainToImmutable();

        void AddAccess(ActionAssertion assertion, ImmutableArray<Subject> subjects, bool isAllowed)
        {
            var cases = subjects.SelectMany(s => assertion.Actions.Expand().Select(a => new CaseOutcome(assertion, s, a, []))).Where(isWanted);
            outcomes.AddRange(new AccessCheck(_compiled, _grants, _granted, _access, test, touched).Run(cases, isAllowed));
        }

        void AddEverybody(EverybodyAssertion assertion)
        {
            var check = new EverybodyCheck(_policy, assertion.IncludesDefaultPolicy ? null : _granted.Value, _access);
            var stated = assertion is OnlyAssertion only ? only.Subjects : [];
            var exempt = new Exemptions(assertion.Except.Concat(stated), test);
            foreach (var @case in assertion.Actions.Expand().Select(a => new CaseOutcome(assertion, null, a, [])).Where(isWanted))
            {
                var may = new AccessCheck(_compiled, _grants, _granted, _access, test, touched)
                    .Run(stated.Select(s => @case with { Subject = s }), isAllowed: true).SelectMany(c => c.Findings);
                outcomes.Add(@case with { Findings = [.. may, .. check.Find(@case.Action!.ToSet(_access.Algebra), exempt, touched)] });
            }
        }
    }
}
