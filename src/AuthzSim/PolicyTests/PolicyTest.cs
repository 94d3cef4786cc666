using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.PolicyTests;

/// <summary>What a policy is to allow, to whom, and what never.</summary>
public sealed record PolicyTest
{
    /// <summary>Nobody's groups are known.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> NoMembers { get; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>The test's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it was read.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>The groups of users, by user name; a service account goes by its user name.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Members { get; init; } = NoMembers;

    /// <summary>What is asserted, in order.</summary>
    public ImmutableArray<PolicyAssertion> Assertions { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>One thing a <see cref="PolicyTest"/> asserts.</summary>
public abstract record PolicyAssertion
{
    private protected PolicyAssertion()
    {
    }

    /// <summary>The name given to it, or <c>""</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it was read.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>The word for it in a test file.</summary>
    public abstract string Word { get; }
}

/// <summary>An assertion about actions.</summary>
public abstract record ActionAssertion : PolicyAssertion
{
    private protected ActionAssertion()
    {
    }

    /// <summary>The actions.</summary>
    public ActionTable Actions { get; init; } = new();
}

/// <summary>Each of these subjects may do each of these actions. A set of actions is allowed when all of it is.</summary>
public sealed record AllowAssertion : ActionAssertion
{
    /// <summary>The subjects: a user has the groups of <see cref="PolicyTest.Members"/>; a group stands for a member that is in no other.</summary>
    public ImmutableArray<Subject> Subjects { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public override string Word => "allow";
}

/// <summary>
/// None of these subjects may do any of these actions. Where a part is <c>*</c>, what the default policy grants is taken as
/// given: everybody may ask who they are.
/// </summary>
public sealed record DenyAssertion : ActionAssertion
{
    /// <summary>The subjects, as in <see cref="AllowAssertion.Subjects"/>.</summary>
    public ImmutableArray<Subject> Subjects { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public override string Word => "deny";
}

/// <summary>An assertion about everybody whom a binding names.</summary>
public abstract record EverybodyAssertion : ActionAssertion
{
    private protected EverybodyAssertion()
    {
    }

    /// <summary>
    /// Subjects of whom nothing is asserted. In a name (for a service account in the namespace too) a final <c>*</c> stands for
    /// any rest, but never for the user name of a service account nor for a group that everybody is in
    /// (<c>system:authenticated</c>, <c>system:unauthenticated</c>, <c>system:serviceaccounts</c> and those of namespaces).
    /// </summary>
    public ImmutableArray<Subject> Except { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>True to count what the default policy grants too, which is otherwise taken as given.</summary>
    public bool IncludesDefaultPolicy { get; init; }
}

/// <summary>Exactly these subjects may do these actions: each of them may, and no binding lets another.</summary>
public sealed record OnlyAssertion : EverybodyAssertion
{
    /// <summary>The subjects who may, as bindings name them.</summary>
    public ImmutableArray<Subject> Subjects { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public override string Word => "only";
}

/// <summary>Nobody may do any of these actions: proved over every subject that a binding names.</summary>
public sealed record NeverAssertion : EverybodyAssertion
{
    /// <inheritdoc/>
    public override string Word => "never";
}

/// <summary>A change of the policy gives and takes exactly this.</summary>
public sealed record ChangeAssertion : PolicyAssertion
{
    /// <summary>The changes, in order.</summary>
    public ImmutableArray<PolicyChange> Changes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What subjects gain, as bindings name them: this and nothing else; default when nothing is said of it.</summary>
    public ImmutableArray<AccessTable> Gains { get; init; }

    /// <summary>What subjects lose: this and nothing else; default when nothing is said of it.</summary>
    public ImmutableArray<AccessTable> Losses { get; init; }

    /// <inheritdoc/>
    public override string Word => "change";
}

/// <summary>Subjects, and what they gain or lose.</summary>
/// <param name="Subjects">The subjects.</param>
/// <param name="Actions">The actions, read as rules are.</param>
public sealed record AccessTable(ImmutableArray<Subject> Subjects, ActionTable Actions);
