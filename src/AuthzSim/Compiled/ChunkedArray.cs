using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthzSim.Compiled;

/// <summary>
/// An immutable array in chunks: changing or appending one element copies one chunk and the short list of chunks, and shares
/// the rest with the array it came from.
/// </summary>
internal sealed class ChunkedArray<T>
{
    private const int Bits = 7;
    private const int Size = 1 << Bits;

    private readonly T[][] _chunks;

    private ChunkedArray(T[][] chunks, int count)
    {
        _chunks = chunks;
        Count = count;
    }

    public static ChunkedArray<T> Empty { get; } = new([], 0);

    public int Count { get; }

    public ref readonly T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[index >> Bits][index & (Size - 1)];
    }

    /// <summary>The element at an index that is known to be within bounds: for look-ups, which make it themselves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly T Unchecked(int index) => ref Unsafe.Add(
        ref MemoryMarshal.GetArrayDataReference(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks), (uint)index >> Bits)),
        (uint)index & (Size - 1));

    public static ChunkedArray<T> Of(ReadOnlySpan<T> items)
    {
        var chunks = new T[(items.Length + Size - 1) >> Bits][];
        for (var i = 0; i < chunks.Length; i++)
        {
            var part = items[(i << Bits)..];
            chunks[i] = new T[Size];
            part[..Math.Min(part.Length, Size)].CopyTo(chunks[i]);
        }

        return new ChunkedArray<T>(chunks, items.Length);
    }

    public static ChunkedArray<T> Of(List<T> items) => Of(CollectionsMarshal.AsSpan(items));

    public ChunkedArray<T> Set(int index, T value)
    {
        var chunks = (T[][])_chunks.Clone();
        var chunk = (T[])chunks[index >> Bits].Clone();
        chunk[index & (Size - 1)] = value;
        chunks[index >> Bits] = chunk;
        return new ChunkedArray<T>(chunks, Count);
    }

    /// <summary>The places in chunks that another array does not share at the same place: where the two may differ.</summary>
    public IEnumerable<int> PlacesNotSharedWith(ChunkedArray<T> other)
    {
        for (var i = 0; i < _chunks.Length; i++)
        {
            if (i < other._chunks.Length && ReferenceEquals(_chunks[i], other._chunks[i]))
            {
                continue;
            }

            for (var place = i << Bits; place < Math.Min(Count, (i + 1) << Bits); place++)
            {
                yield return place;
            }
        }
    }

    public ChunkedArray<T> Add(T value)
    {
        if ((Count & (Size - 1)) != 0)
        {
            return new ChunkedArray<T>(_chunks, Count + 1).Set(Count, value);
        }

        var chunk = new T[Size];
        chunk[0] = value;
        return new ChunkedArray<T>([.. _chunks, chunk], Count + 1);
    }

    /// <summary>Fills an array in place, before anybody else sees it.</summary>
    internal sealed class Builder
    {
        private T[][] _chunks = new T[4][];

        /// <param name="count">How many elements there are from the start, defaults all of them.</param>
        public Builder(int count = 0)
        {
            Count = count;
            if (count > 0)
            {
                _chunks = new T[(count + Size - 1) >> Bits][];
                for (var i = 0; i < _chunks.Length; i++)
                {
                    _chunks[i] = new T[Size];
                }
            }
        }

        public int Count { get; private set; }

        public ref T this[int index] => ref _chunks[index >> Bits][index & (Size - 1)];

        public void Add(in T value)
        {
            var chunk = Count >> Bits;
            if ((Count & (Size - 1)) == 0)
            {
                if (chunk == _chunks.Length)
                {
                    Array.Resize(ref _chunks, chunk * 2);
                }

                _chunks[chunk] = new T[Size];
            }

            _chunks[chunk][Count & (Size - 1)] = value;
            Count++;
        }

        /// <summary>The finished array; nothing may be added after.</summary>
        public ChunkedArray<T> Build() => new(_chunks[..((Count + Size - 1) >> Bits)], Count);
    }
}
