using System.Collections.Immutable;
using AuthzSim.Impact;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>All there is to say of a change of policy.</summary>
public sealed record DiffReport
{
    /// <summary>Who gains and loses what, and how bad that is.</summary>
    public required AssessedDiff Diff { get; init; }

    /// <summary>What the policy before is called: its paths.</summary>
    public required string Before { get; init; }

    /// <summary>What the policy after is called: its paths, or the edits that make it.</summary>
    public required string After { get; init; }

    /// <summary>The edits that the API server would refuse; the diff is as if it did not.</summary>
    public ImmutableArray<RefusedEdit> Refused { get; init; } = [];
}

/// <summary>An edit that the API server would refuse.</summary>
/// <param name="Edit">The edit in words: <c>apply ClusterRoleBinding ops</c>.</param>
/// <param name="Message">The server's text.</param>
/// <param name="Location">Where the object was read; unknown for a deletion.</param>
public sealed record RefusedEdit(string Edit, string Message, SourceLocation Location);
