using System.Collections.Immutable;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Sorted subtrees without those that lie in another, searched in halves (upstream: <c>nameConstraintsSet</c> of Go's
/// <c>crypto/x509/constraints.go</c>): hostile numbers of names and constraints cost no more than their sorting, and which subtree
/// an error names is the server's choice.
/// </summary>
internal sealed class NameConstraintSet<T>
{
    private readonly List<T> _sorted = [];

    public NameConstraintSet(IEnumerable<T> subtrees, Comparison<T> compare, Func<T, T, bool> contains)
    {
        foreach (var subtree in subtrees.Order(Comparer<T>.Create(compare)))
        {
            if (_sorted.Count == 0 || !contains(_sorted[^1], subtree))
            {
                _sorted.Add(subtree);
            }
        }
    }

    public IReadOnlyList<T> Sorted => _sorted;

    /// <summary>The subtree that holds a name, or the default.</summary>
    /// <param name="compare">Where a subtree lies, seen from the name.</param>
    /// <param name="isMatch">True when a subtree holds the name.</param>
    /// <param name="found">The subtree.</param>
    public bool TryFind(Func<T, int> compare, Func<T, bool> isMatch, out T? found)
    {
        var (low, high) = (0, _sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (compare(_sorted[middle]) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        found = default;
        if (_sorted.Count == 0)
        {
            return false;
        }

        var isExact = low < _sorted.Count && compare(_sorted[low]) == 0;
        var candidate = _sorted[isExact || low == 0 ? low : low - 1];
        if (!isExact && !isMatch(candidate))
        {
            return false;
        }

        found = candidate;
        return true;
    }
}

/// <summary>Subtrees of domain names, permitted or excluded.</summary>
internal sealed class DomainConstraintSet
{
    private readonly bool _isPermitted;
    private readonly bool _holdsAll;
    private readonly NameConstraintSet<string> _subtrees;
    private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);

    public DomainConstraintSet(ImmutableArray<string> subtrees, bool isPermitted)
    {
        _isPermitted = isPermitted;
        _holdsAll = subtrees.Contains("");
        _subtrees = new NameConstraintSet<string>(_holdsAll ? [] : subtrees, CompareReversed, IsSuffix);
        foreach (var name in isPermitted ? [] : _subtrees.Sorted.Select(n => n.ToLowerInvariant()))
        {
            if (WithoutFirstLabel(name) is { Length: > 0 } parent)
            {
                _parents[parent] = name;
            }
        }
    }

    public bool TryFind(string name, out string found)
    {
        if (_holdsAll)
        {
            found = "";
            return true;
        }

        if (_subtrees.TryFind(s => CompareReversed(s, name), s => IsSuffix(s, name), out var subtree))
        {
            found = subtree!;
            return true;
        }

        found = "";
        return !_isPermitted && name.StartsWith('*')
            && _parents.TryGetValue(WithoutFirstLabel(name.ToLowerInvariant()), out found!);
    }

    /// <summary>True when the suffix begins at a label; a suffix that begins with a dot holds only what lies below it.</summary>
    private static bool IsSuffix(string suffix, string name) =>
        name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
        && (suffix[0] == '.' || name.Length == suffix.Length || name[name.Length - suffix.Length - 1] == '.');

    private static string WithoutFirstLabel(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? name[dot..] : "";

    /// <summary>From the last character on, a dot before all others, so that what lies below a name follows it.</summary>
    private static int CompareReversed(string a, string b)
    {
        for (var i = 1; i <= Math.Min(a.Length, b.Length); i++)
        {
            var (x, y) = (Rank(a[^i]), Rank(b[^i]));
            if (x != y)
            {
                return x.CompareTo(y);
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private static char Rank(char c) => c == '.' ? '\0' : char.ToLowerInvariant(c);
}

/// <summary>Subtrees of e-mail addresses: whole mailboxes and domains.</summary>
internal sealed class EmailConstraintSet
{
    private readonly HashSet<Mailbox> _mailboxes;
    private readonly DomainConstraintSet? _domains;

    public EmailConstraintSet(ImmutableArray<string> subtrees, bool isPermitted)
    {
        _mailboxes = [.. subtrees.Where(s => s.Contains('@', StringComparison.Ordinal)).Select(Mailbox.Parse)
            .OfType<Mailbox>().Select(m => m with { Domain = m.Domain.ToLowerInvariant() })];
        ImmutableArray<string> domains = [.. subtrees.Where(s => !s.Contains('@', StringComparison.Ordinal))];
        _domains = domains.IsEmpty ? null : new DomainConstraintSet(domains, isPermitted);
    }

    public bool TryFind(Mailbox mailbox, out string found)
    {
        found = $"{mailbox.Local}@{mailbox.Domain}";
        return _mailboxes.Contains(mailbox) || (_domains is not null && _domains.TryFind(mailbox.Domain, out found));
    }
}

/// <summary>IP networks, the two families apart.</summary>
internal sealed class AddressConstraintSet(ImmutableArray<AddressRange> networks)
{
    private readonly NameConstraintSet<AddressRange> _v4 = Of(networks, 4);
    private readonly NameConstraintSet<AddressRange> _v6 = Of(networks, 16);

    public bool TryFind(byte[] address, out string found)
    {
        var set = address.Length == 4 ? _v4 : _v6;
        var isFound = set.TryFind(n => n.Address.AsSpan().SequenceCompareTo(address), n => n.Contains(address), out var network);
        found = isFound ? network!.ToString() : "";
        return isFound;
    }

    private static NameConstraintSet<AddressRange> Of(ImmutableArray<AddressRange> networks, int length) =>
        new(networks.Where(n => n.Address.Length == length), Compare, (a, b) => a.Contains(b));

    private static int Compare(AddressRange a, AddressRange b) =>
        a.Address.AsSpan().SequenceCompareTo(b.Address) is not 0 and var order
            ? order
            : a.Mask.AsSpan().SequenceCompareTo(b.Mask);
}
