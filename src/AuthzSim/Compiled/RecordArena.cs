namespace AuthzSim.Compiled;

/// <summary>
/// Records one behind the other in large blocks of bytes: no object and no pointer a record. Appending is safe beside readers:
/// a record is written before anything refers to it, and never changed after. One writer at a time.
/// </summary>
internal sealed class RecordArena
{
    private const int BlockBits = 16;
    private const int BlockSize = 1 << BlockBits;
    private const int FirstBlockSize = 256;
    private const int Slack = 1 << 14;

    private readonly Lock _writing = new();
    private ArraySegment<byte>[] _blocks = new ArraySegment<byte>[4];
    private int _count;
    private int _used;
    private int _size;
    private long _length;
    private long _lengthOfRewrite = long.MaxValue;

    /// <summary>Keeps a record.</summary>
    /// <returns>Where it starts.</returns>
    public int Add(ReadOnlySpan<byte> record)
    {
        lock (_writing)
        {
            if (record.Length > _size - _used)
            {
                var size = Math.Max(record.Length, Math.Min(BlockSize, Math.Max(FirstBlockSize, _size * 2)));
                AddBlock(GC.AllocateUninitializedArray<byte>(size));
                (_used, _size) = (0, Math.Min(size, BlockSize));
            }

            var start = ((_count - 1) << BlockBits) + _used;
            _length += record.Length;
            record.CopyTo(_blocks[_count - 1].AsSpan(_used));
            _used = Math.Min(_used + record.Length, BlockSize);
            return start;
        }
    }

    /// <summary>Keeps records that stand one behind the other as they stand, in blocks of their own.</summary>
    /// <param name="records">The records.</param>
    /// <returns>Where the first starts; the others are as far from it as they were.</returns>
    public int AddAll(ReadOnlySpan<byte> records)
    {
        lock (_writing)
        {
            var bytes = records.ToArray();
            var start = _count << BlockBits;
            for (var offset = 0; offset < bytes.Length; offset += BlockSize)
            {
                AddBlock(new ArraySegment<byte>(bytes, offset, bytes.Length - offset));
            }

            (_used, _size, _length) = (0, 0, _length + bytes.Length);
            return start;
        }
    }

    /// <summary>The record that starts here, and what follows it.</summary>
    public ReadOnlySpan<byte> this[int start] => _blocks[start >> BlockBits].AsSpan(start & (BlockSize - 1));

    /// <summary>Says that all records of a policy are there: what comes now are changes.</summary>
    public void Settle()
    {
        lock (_writing)
        {
            _lengthOfRewrite = 2 * (_length + Slack);
        }
    }

    /// <summary>
    /// True once whenever changes have doubled the arena, which means that half of it may be waste: making all of it anew then
    /// costs no more than the changes did.
    /// </summary>
    public bool IsDueForRewrite()
    {
        lock (_writing)
        {
            if (_length < _lengthOfRewrite)
            {
                return false;
            }

            _lengthOfRewrite = 2 * _length;
            return true;
        }
    }

    /// <summary>Blocks grow with the policy, so that a small one takes little; a start has room for an offset in a full one.</summary>
    private void AddBlock(ArraySegment<byte> block)
    {
        if (_count == int.MaxValue >> BlockBits)
        {
            throw new InvalidOperationException("the policy has more than two billion bytes of bindings");
        }

        if (_count == _blocks.Length)
        {
            Array.Resize(ref _blocks, _count * 2);
        }

        _blocks[_count++] = block;
    }
}
