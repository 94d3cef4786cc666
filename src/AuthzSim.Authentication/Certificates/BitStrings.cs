namespace AuthzSim.Authentication.Certificates;

/// <summary>Bit strings as numbers and flags (upstream: <c>encoding/asn1.BitString</c>).</summary>
internal static class BitStrings
{
    /// <summary>The bits moved right until none is unused.</summary>
    public static ReadOnlySpan<byte> RightAlign(ReadOnlySpan<byte> bytes, int unusedBits)
    {
        if (unusedBits == 0 || bytes.IsEmpty)
        {
            return bytes;
        }

        var aligned = new byte[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var carried = i == 0 ? 0 : bytes[i - 1] << (8 - unusedBits);
            aligned[i] = (byte)((bytes[i] >> unusedBits) | carried);
        }

        return aligned;
    }

    public static bool IsSet(ReadOnlySpan<byte> bytes, int index) =>
        index / 8 < bytes.Length && (bytes[index / 8] & (0x80 >> (index % 8))) != 0;
}
