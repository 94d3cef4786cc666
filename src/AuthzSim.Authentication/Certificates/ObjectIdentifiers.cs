using System.Globalization;
using System.Numerics;
using System.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>Object identifiers as their content octets, in which equal octets are equal identifiers.</summary>
internal static class ObjectIdentifiers
{
    private const int LongestArc = 5;

    public static ReadOnlySpan<byte> CommonName => [0x55, 0x04, 0x03];

    public static ReadOnlySpan<byte> Organization => [0x55, 0x04, 0x0a];

    /// <summary>1.3.6.1.4.1.57683.2, the attribute in which Kubernetes looks for a user's UID.</summary>
    public static ReadOnlySpan<byte> KubernetesUid => [0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xc2, 0x53, 0x02];

    public static ReadOnlySpan<byte> ClientAuth => [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

    public static ReadOnlySpan<byte> AnyExtendedKeyUsage => [0x55, 0x1d, 0x25, 0x00];

    public static ReadOnlySpan<byte> AnyPolicy => [0x55, 0x1d, 0x20, 0x00];

    public static ReadOnlySpan<byte> AuthorityInfoAccess => [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];

    /// <summary>True when every arc is minimal, complete and fits into 31 bits.</summary>
    public static bool IsValid(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || content[^1] >= 0x80)
        {
            return false;
        }

        var (octets, value) = (0, 0L);
        foreach (var octet in content)
        {
            if ((octets == 0 && octet == 0x80) || octets == LongestArc || value >= 1 << 24)
            {
                return false;
            }

            value = (value << 7) | (octet & 0x7fL);
            octets++;
            if (octet < 0x80)
            {
                (octets, value) = (0, 0);
            }
        }

        return true;
    }

    /// <summary>True when every arc is minimal and complete, of any size, as certificate policies may be.</summary>
    public static bool IsValidOfAnySize(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || content[^1] >= 0x80)
        {
            return false;
        }

        var isStart = true;
        foreach (var octet in content)
        {
            if (isStart && octet == 0x80)
            {
                return false;
            }

            isStart = octet < 0x80;
        }

        return true;
    }

    /// <summary>The dotted text.</summary>
    public static string Text(ReadOnlySpan<byte> content)
    {
        var text = new StringBuilder();
        BigInteger arc = 0;
        foreach (var octet in content)
        {
            arc = (arc << 7) | (octet & 0x7f);
            if (octet >= 0x80)
            {
                continue;
            }

            if (text.Length == 0)
            {
                var first = arc < 80 ? arc / 40 : 2;
                text.Append(CultureInfo.InvariantCulture, $"{first}.{arc - (first * 40)}");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $".{arc}");
            }

            arc = 0;
        }

        return text.ToString();
    }
}
