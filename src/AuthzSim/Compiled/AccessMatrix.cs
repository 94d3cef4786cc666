using System.Collections.Immutable;
using System.Numerics;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// Which of many users may do which of many things: a bit for every pair. Row by row it is the OR of the masks of the
/// user's roles, so a cell costs a fraction of a check; every cell is the decision of
/// <see cref="CompiledPolicy.Check(in RequestAttributes)"/>. Immutable.
/// </summary>
public sealed class AccessMatrix
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _bits;
    private readonly int _words;

    private AccessMatrix(ImmutableArray<UserInfo> users, ImmutableArray<RequestAttributes> actions, ulong[] bits, int words)
    {
        Users = users;
        Actions = actions;
        _bits = bits;
        _words = words;
    }

    /// <summary>The users, one a row.</summary>
    public ImmutableArray<UserInfo> Users { get; }

    /// <summary>What is asked, one a column; the user in them plays no part.</summary>
    public ImmutableArray<RequestAttributes> Actions { get; }

    /// <summary>May the user of a row do what a column asks?</summary>
    /// <param name="user">The row.</param>
    /// <param name="action">The column.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public bool this[int user, int action]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)action, (uint)Actions.Length, nameof(action));
            return (Row(user)[action / BitsPerWord] & (1UL << (action % BitsPerWord))) != 0;
        }
    }

    /// <summary>A row as bits, column 0 the lowest bit of the first word; bits beyond the columns are zero.</summary>
    /// <param name="user">The row.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<ulong> Row(int user)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)user, (uint)Users.Length, nameof(user));
        return _bits.AsSpan(user * _words, _words);
    }

    /// <summary>How many cells are allowed.</summary>
    public long CountAllowed()
    {
        var count = 0L;
        foreach (var word in _bits)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <summary>Fills a matrix.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="users">The users, one a row.</param>
    /// <param name="actions">What is asked, one a column, all in one namespace (or all in none).</param>
    /// <exception cref="ArgumentException">The columns are of several namespaces.</exception>
    public static AccessMatrix Compute(CompiledPolicy policy, ImmutableArray<UserInfo> users, ImmutableArray<RequestAttributes> actions)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var @namespace = actions.IsEmpty ? "" : actions[0].Namespace;
        if (actions.Any(a => a.Namespace != @namespace))
        {
            throw new ArgumentException("all columns must be in one namespace", nameof(actions));
        }

        var words = (actions.Length + BitsPerWord - 1) / BitsPerWord;
        var rows = new RowFiller(policy.Tables, @namespace, actions, words);
        var bits = new ulong[checked(users.Length * words)];
        rows.Fill(users.AsSpan(), bits);

        return new AccessMatrix(users, actions, bits, words);
    }
}
