using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AuthzSim.Compiled;

/// <summary>Hints to the processor's cache.</summary>
internal static class Cache
{
    /// <summary>
    /// Starts bringing the line of a place in memory. The collector may move what is there meanwhile: a stale address costs a
    /// useless hint.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref readonly T place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
        }
    }
}
