using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>In what a case failed.</summary>
public enum FindingKind
{
    /// <summary>Somebody may not do what was to be allowed.</summary>
    Denied,

    /// <summary>Somebody may do what was not to be allowed.</summary>
    Allowed,

    /// <summary>A subject gains what was not stated.</summary>
    Gained,

    /// <summary>A subject does not gain what was stated.</summary>
    NotGained,

    /// <summary>A subject loses what was not stated.</summary>
    Lost,

    /// <summary>A subject does not lose what was stated.</summary>
    NotLost,

    /// <summary>An object that a change deletes is not there.</summary>
    NothingToDelete,
}

/// <summary>A reason why a case failed.</summary>
/// <param name="Kind">What sort of reason.</param>
/// <param name="Subject">The subject it is about; null for <see cref="FindingKind.NothingToDelete"/>.</param>
public sealed record TestFinding(FindingKind Kind, Subject? Subject)
{
    /// <summary>A request that shows it; null for a change.</summary>
    public RequestAttributes? Request { get; init; }

    /// <summary>All of which it is true, where the case is about more than one request; else null.</summary>
    public AccessSet? Access { get; init; }

    /// <summary>The bindings and rules that allow <see cref="Request"/> or, for a change, something of <see cref="Access"/>.</summary>
    public ImmutableArray<AllowingPath> Paths { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The deletion that deletes nothing; null for another reason.</summary>
    public PolicyChange? Change { get; init; }
}

/// <summary>What came of one case: a subject and an action of a table, an action of <c>only</c> or <c>never</c>, a change.</summary>
/// <param name="Assertion">The assertion it belongs to.</param>
/// <param name="Subject">Whom it is about; null when it is about everybody.</param>
/// <param name="Action">What it is about; null for a change.</param>
/// <param name="Findings">Why it failed; empty when it passed.</param>
public sealed record CaseOutcome(
    PolicyAssertion Assertion, Subject? Subject, TestedAction? Action, ImmutableArray<TestFinding> Findings)
{
    /// <summary>True when the policy is as asserted.</summary>
    public bool Passed => Findings.IsEmpty;

    /// <summary>The case in words: the assertion's name if it has one, who, and what.</summary>
    public string Name => CaseNames.Of(Assertion, Subject, Action);
}

/// <summary>What came of one test.</summary>
/// <param name="Test">The test.</param>
/// <param name="Cases">Its cases, in order.</param>
public sealed record TestOutcome(PolicyTest Test, ImmutableArray<CaseOutcome> Cases);

/// <summary>What came of all tests.</summary>
/// <param name="Tests">Each test, in order.</param>
/// <param name="Coverage">What of the policy they touched; null unless that was asked for.</param>
public sealed record PolicyTestReport(ImmutableArray<TestOutcome> Tests, RuleCoverage? Coverage)
{
    /// <summary>How many cases passed.</summary>
    public int Passed => Tests.Sum(t => t.Cases.Count(c => c.Passed));

    /// <summary>How many cases failed.</summary>
    public int Failed => Tests.Sum(t => t.Cases.Count(c => !c.Passed));
}

/// <summary>The names of cases.</summary>
internal static class CaseNames
{
    public static string Of(PolicyAssertion assertion, Subject? subject, TestedAction? action)
    {
        var given = assertion.Name.Length > 0 ? assertion.Name : "";
        var words = assertion switch
        {
            AllowAssertion => $"{Of(subject!)} may {action}",
            DenyAssertion => $"{Of(subject!)} may not {action}",
            OnlyAssertion only => $"only {string.Join(", ", only.Subjects.Select(Of))} may {action}",
            NeverAssertion => $"nobody may {action}",
            _ => "",
        };
        return words.Length == 0 ? (given.Length > 0 ? given : "change") : given.Length == 0 ? words : $"{given}: {words}";
    }

    /// <summary><c>user ann</c>, <c>group devs</c>, <c>service account shop/builder</c>.</summary>
    public static string Of(Subject subject) => subject.Kind switch
    {
        RbacNames.GroupKind => $"group {subject.Name}",
        RbacNames.ServiceAccountKind => $"service account {subject.Namespace}/{subject.Name}",
        _ => $"user {subject.Name}",
    };
}
