namespace AuthzSim.Analysis;

/// <summary>
/// What one decision costs an API server, which walks bindings one by one (upstream: <c>VisitRulesFor</c> of
/// <c>pkg/registry/rbac/validation/rule.go</c>): how many of each it looks at until it knows.
/// </summary>
/// <param name="Bindings">Bindings visited: cluster role bindings, then the role bindings of the request's namespace.</param>
/// <param name="Subjects">Subjects compared with the user.</param>
/// <param name="Rules">Rules matched against the request.</param>
public readonly record struct WalkCost(long Bindings, long Subjects, long Rules)
{
    /// <summary>All three together.</summary>
    public long Steps => Bindings + Subjects + Rules;

    /// <summary>The sum, part by part.</summary>
    /// <param name="a">One cost.</param>
    /// <param name="b">Another.</param>
    public static WalkCost operator +(WalkCost a, WalkCost b) => Add(a, b);

    /// <summary>The difference, part by part; a part may be negative.</summary>
    /// <param name="a">One cost.</param>
    /// <param name="b">What to take off.</param>
    public static WalkCost operator -(WalkCost a, WalkCost b) => Subtract(a, b);

    /// <summary>The sum, part by part.</summary>
    /// <param name="left">One cost.</param>
    /// <param name="right">Another.</param>
    public static WalkCost Add(WalkCost left, WalkCost right) =>
        new(left.Bindings + right.Bindings, left.Subjects + right.Subjects, left.Rules + right.Rules);

    /// <summary>The difference, part by part; a part may be negative.</summary>
    /// <param name="left">One cost.</param>
    /// <param name="right">What to take off.</param>
    public static WalkCost Subtract(WalkCost left, WalkCost right) =>
        new(left.Bindings - right.Bindings, left.Subjects - right.Subjects, left.Rules - right.Rules);
}
