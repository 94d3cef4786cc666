using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Server.Patching;

/// <summary>A field that another manager has set otherwise.</summary>
internal sealed record ApplyConflict(FieldsEntry Owner, FieldPath Path);

/// <summary>An apply that would take fields of others; caught in <see cref="Patches"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in one way, with its conflicts")]
[SuppressMessage("Design", "CA1064", Justification = "always caught inside this assembly")]
internal sealed class ApplyConflictException(ImmutableArray<ApplyConflict> conflicts) : Exception("apply conflict")
{
    public ImmutableArray<ApplyConflict> Conflicts => conflicts;
}

/// <summary>Conflicts of server-side apply (upstream: <c>managedfields/internal/conflict.go</c>).</summary>
internal static class ApplyConflicts
{
    /// <exception cref="ApplyConflictException">A changed field is owned by another.</exception>
    public static void Check(IEnumerable<FieldsEntry> others, ImmutableHashSet<FieldPath> changed)
    {
        ImmutableArray<ApplyConflict> conflicts =
        [
            .. others
                .OrderBy(e => e.Manager, Comparer<string>.Create(GoText.CompareBytes)).ThenByDescending(e => e.IsApply)
                .ThenBy(e => e.ApiVersion, StringComparer.Ordinal).ThenBy(e => e.Subresource, StringComparer.Ordinal)
                .SelectMany(e => e.Fields.Intersect(changed)
                    .Order(Comparer<FieldPath>.Create(FieldPath.Compare)).Select(p => new ApplyConflict(e, p))),
        ];
        if (!conflicts.IsEmpty)
        {
            throw new ApplyConflictException(conflicts);
        }
    }

    /// <summary>409 that names the fields and their owners.</summary>
    public static ApiStatus Status(ImmutableArray<ApplyConflict> conflicts) => new()
    {
        Code = 409,
        Reason = "Conflict",
        Message = Message(conflicts),
        Details = new StatusDetails
        {
            Causes = [.. conflicts.Select(c => new StatusCause("FieldManagerConflict", $"conflict with {c.Owner}", $"{c.Path}"))],
        },
    };

    private static string Message(ImmutableArray<ApplyConflict> conflicts)
    {
        if (conflicts is [var only])
        {
            return $"Apply failed with 1 conflict: conflict with {only.Owner}: {only.Path}";
        }

        var message = new StringBuilder($"Apply failed with {conflicts.Length} conflicts: ");
        message.AppendJoin('\n', conflicts.GroupBy(c => c.Owner).Select(owner =>
            $"conflicts with {owner.Key}:\n{string.Join('\n', owner.Select(c => $"- {c.Path}"))}"));
        return message.ToString();
    }
}
