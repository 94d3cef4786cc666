using System.Globalization;
using System.Net;
using System.Numerics;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// An IP network of a name constraint, its address as written, host bits included (upstream: <c>net.IPNet</c>).
/// </summary>
internal sealed class AddressRange(byte[] address, byte[] mask)
{
    public byte[] Address => address;

    public byte[] Mask => mask;

    /// <summary>The number of leading ones of the mask, or -1 when anything follows them but zeros.</summary>
    public int PrefixLength
    {
        get
        {
            var length = 0;
            while (length < mask.Length * 8 && BitStrings.IsSet(mask, length))
            {
                length++;
            }

            return mask.Sum(b => BitOperations.PopCount(b)) == length ? length : -1;
        }
    }

    /// <summary>True for what Go reads as an address: dotted decimals without leading zeros, or IPv6.</summary>
    public static bool IsAddress(string text) =>
        text.Contains(':', StringComparison.Ordinal)
            ? !text.StartsWith('[') && IPAddress.TryParse(text, out _)
            : text.Split('.') is { Length: 4 } parts && parts.All(IsOctet);

    public bool Contains(ReadOnlySpan<byte> other)
    {
        if (other.Length != address.Length)
        {
            return false;
        }

        for (var i = 0; i < address.Length; i++)
        {
            if ((address[i] & mask[i]) != (other[i] & mask[i]))
            {
                return false;
            }
        }

        return true;
    }

    public bool Contains(AddressRange other) =>
        Contains(other.Address) && Contains([.. other.Address.Zip(other.Mask, (a, m) => (byte)(a | ~m))]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(address)}/{PrefixLength}");

    private static bool IsOctet(string part) =>
        part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0')
        && int.Parse(part, CultureInfo.InvariantCulture) <= byte.MaxValue;
}
