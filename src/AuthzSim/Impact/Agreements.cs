using System.Collections.Immutable;
using AuthzSim.Analysis;

namespace AuthzSim.Impact;

/// <summary>Exceptions by whom they are for; notes which of them were of use.</summary>
internal sealed class Agreements
{
    private readonly ImmutableArray<AccessException> _inForce;
    private readonly ImmutableArray<AccessException> _expired;
    private readonly Dictionary<SubjectIdentity, List<AccessException>> _bySubject = [];
    private readonly HashSet<AccessException> _used = new(ReferenceEqualityComparer.Instance);

    public Agreements(IReadOnlyCollection<AccessException> exceptions, DateOnly today)
    {
        _inForce = [.. exceptions.Where(e => e.IsInForce(today))];
        _expired = [.. exceptions.Where(e => !e.IsInForce(today))];
        foreach (var exception in exceptions)
        {
            foreach (var subject in exception.Subjects)
            {
                var identity = SubjectIdentity.Of(subject, subject.Namespace);
                if (!_bySubject.TryGetValue(identity, out var own))
                {
                    _bySubject.Add(identity, own = []);
                }

                own.Add(exception);
            }
        }
    }

    /// <summary>The exceptions in force, in the order given, that agree to some of what these identities gain.</summary>
    public ExceptionList Of(IReadOnlyCollection<SubjectIdentity> identities, AccessSet gained)
    {
        if (_bySubject.Count == 0)
        {
            return new ExceptionList([]);
        }

        var own = identities.SelectMany(i => _bySubject.GetValueOrDefault(i) ?? []).ToHashSet(ReferenceEqualityComparer.Instance);
        ImmutableArray<AccessException> used = [.. _inForce.Concat(_expired).Where(e => own.Contains(e) && e.Access.Overlaps(gained))];
        _used.UnionWith(used);
        return new ExceptionList([.. used.Where(_inForce.Contains)]);
    }

    public ImmutableArray<AccessException> Expired() => [.. _expired.Where(_used.Contains)];

    public ImmutableArray<AccessException> Unused() => [.. _inForce.Where(e => !_used.Contains(e))];
}

/// <summary>A list of exceptions that is equal to one with the same exceptions.</summary>
internal readonly record struct ExceptionList(ImmutableArray<AccessException> Items)
{
    public bool Equals(ExceptionList other) => Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override int GetHashCode() => Items.Length;
}
