using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthzSim.Compiled;

/// <summary>A text in a <see cref="TextArena"/>.</summary>
internal readonly record struct TextRef(int Start, int Length);

/// <summary>
/// Texts one behind the other in large blocks of UTF-16: no object and no pointer a text. Appending is safe beside readers:
/// a text is written before anything refers to it, and never changed after. One writer at a time.
/// </summary>
internal sealed class TextArena
{
    private const int BlockBits = 16;
    private const int BlockSize = 1 << BlockBits;

    private readonly Lock _writing = new();
    private char[][] _blocks = new char[4][];
    private int _count;
    private int _used = BlockSize;

    public TextRef Add(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return default;
        }

        lock (_writing)
        {
            if (text.Length > BlockSize - _used)
            {
                AddBlock(Math.Max(text.Length, BlockSize));
            }

            var start = ((_count - 1) << BlockBits) + _used;
            text.CopyTo(_blocks[_count - 1].AsSpan(_used));
            _used = Math.Min(_used + text.Length, BlockSize);
            return new TextRef(start, text.Length);
        }
    }

    public ReadOnlySpan<char> this[TextRef text]
    {
        get => text.Length == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(ref CharAt(text.Start), text.Length);
    }

    private ref char CharAt(int start) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_blocks[start >> BlockBits]), start & (BlockSize - 1));

    private void AddBlock(int size)
    {
        if (_count == int.MaxValue >> BlockBits)
        {
            throw new InvalidOperationException("the policy has more than two billion characters of names");
        }

        if (_count == _blocks.Length)
        {
            Array.Resize(ref _blocks, _count * 2);
        }

        _blocks[_count++] = GC.AllocateUninitializedArray<char>(size);
        _used = 0;
    }
}
