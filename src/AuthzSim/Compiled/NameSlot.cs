using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace AuthzSim.Compiled;

/// <summary>A name with its id and payload. Most names are short and ASCII and lie in the slot itself.</summary>
internal struct NameSlot<TPayload>
{
    private const int Inline = 43;
    private const byte IsLong = byte.MaxValue;

    public TPayload? Payload;
    private readonly string? _long;
    public readonly int Id;
    private readonly byte _length;
    private InlineText _text;

    public NameSlot(int id, ReadOnlySpan<char> name)
    {
        Id = id;
        if (name.Length <= Inline && Ascii.FromUtf16(name, _text, out var written) == OperationStatus.Done)
        {
            _length = (byte)written;
        }
        else
        {
            _length = IsLong;
            _long = name.ToString();
        }
    }

    /// <summary>The name; made anew at each call when it lies in the slot.</summary>
    public readonly string Name => NameFrom(0);

    /// <summary>Where the slot ends, which may be in another cache line than where it starts.</summary>
    public readonly ref readonly byte LastByte
    {
        [UnscopedRef]
        get => ref _text[Inline - 1];
    }

    /// <summary>The name without its first characters.</summary>
    public readonly string NameFrom(int start) => _long is null ? Encoding.ASCII.GetString(_text[start.._length]) : _long[start..];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsNamed(ReadOnlySpan<char> name) => _length == IsLong
        ? name.SequenceEqual(_long)
        : _length == name.Length && InlineText.Equals(in _text[0], name);

    [InlineArray(Inline)]
    private struct InlineText
    {
        private byte _first;

        /// <summary>Compares as many bytes as the name has characters, in parts that may overlap: no character-wise tail.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Equals(ref readonly byte bytes, ReadOnlySpan<char> name)
        {
            ref var text = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(name));
            var length = name.Length;
            if (length >= 8)
            {
                for (var i = 0; i < length - 8; i += 8)
                {
                    if (!AreEqual8(in bytes, ref text, i))
                    {
                        return false;
                    }
                }

                return AreEqual8(in bytes, ref text, length - 8);
            }

            if (length >= 4)
            {
                return AreEqual4(in bytes, ref text, 0) && AreEqual4(in bytes, ref text, length - 4);
            }

            for (var i = 0; i < length; i++)
            {
                if (Unsafe.Add(ref Unsafe.AsRef(in bytes), i) != name[i])
                {
                    return false;
                }
            }

            return true;
        }

        private static bool AreEqual8(ref readonly byte bytes, ref byte text, int at) =>
            Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref Unsafe.AsRef(in bytes), at))).AsByte())
            == Unsafe.ReadUnaligned<Vector128<ushort>>(ref Unsafe.Add(ref text, at * sizeof(char)));

        private static bool AreEqual4(ref readonly byte bytes, ref byte text, int at) =>
            Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref Unsafe.AsRef(in bytes), at))).AsByte()).AsUInt64()
                .ToScalar() == Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, at * sizeof(char)));
    }
}
