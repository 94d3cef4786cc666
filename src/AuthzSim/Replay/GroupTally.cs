using System.Collections.Immutable;
using AuthzSim.Audit;

namespace AuthzSim.Replay;

/// <summary>Counts the requests of a group, in memory that does not follow their number.</summary>
internal sealed class GroupTally(AuditEvent first)
{
    private const int MostNamespaces = 100;

    private readonly SortedSet<string> _namespaces = new(StringComparer.Ordinal);

    public long Count { get; private set; }

    /// <summary>The first of the requests by time, and of several at one time by id, so that their order plays no part.</summary>
    public AuditEvent Example { get; private set; } = first;

    public DateTimeOffset Last { get; private set; }

    /// <summary>The first hundred by name.</summary>
    public ImmutableArray<string> Namespaces => [.. _namespaces];

    public bool HasMoreNamespaces { get; private set; }

    public void Add(AuditEvent @event)
    {
        Count++;
        Last = @event.Time > Last ? @event.Time : Last;
        if (@event.Time < Example.Time || (@event.Time == Example.Time && string.CompareOrdinal(@event.AuditId, Example.AuditId) < 0))
        {
            Example = @event;
        }

        if (@event.Action.IsResourceRequest && _namespaces.Add(@event.ToAttributes().Namespace) && _namespaces.Count > MostNamespaces)
        {
            HasMoreNamespaces = true;
            _namespaces.Remove(_namespaces.Max!);
        }
    }
}
