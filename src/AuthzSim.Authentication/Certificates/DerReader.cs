using System.Numerics;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Reads DER as strictly, and exactly as strictly, as the server's reader (upstream: <c>x/crypto/cryptobyte</c>). Every read
/// answers false instead of throwing. System.Formats.Asn1 refuses some of what the server takes.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly bool NextIs(byte tag) => !_rest.IsEmpty && _rest[0] == tag;

    public bool TryReadAny(out byte tag, out ReadOnlySpan<byte> element, out ReadOnlySpan<byte> content)
    {
        tag = 0;
        element = content = default;
        if (_rest.Length < 2 || (_rest[0] & 0x1f) == 0x1f)
        {
            return false;
        }

        var header = 2;
        uint length = _rest[1];
        if (length >= 0x80)
        {
            var octets = (int)(length & 0x7f);
            if (octets is 0 or > 4 || _rest.Length < 2 + octets)
            {
                return false;
            }

            length = 0;
            foreach (var octet in _rest.Slice(2, octets))
            {
                length = (length << 8) | octet;
            }

            if (length < 0x80 || length >> ((octets - 1) * 8) == 0)
            {
                return false;
            }

            header += octets;
        }

        if (length > (uint)(_rest.Length - header))
        {
            return false;
        }

        tag = _rest[0];
        element = _rest[..(header + (int)length)];
        content = element[header..];
        _rest = _rest[element.Length..];
        return true;
    }

    public bool TryReadElement(byte tag, out ReadOnlySpan<byte> element) =>
        TryReadAny(out var found, out element, out _) && found == tag;

    public bool TryRead(byte tag, out ReadOnlySpan<byte> content) =>
        TryReadAny(out var found, out _, out content) && found == tag;

    public bool TryRead(byte tag, out DerReader inner)
    {
        var isRead = TryRead(tag, out ReadOnlySpan<byte> content);
        inner = new DerReader(content);
        return isRead;
    }

    /// <summary>Reads the element if it is next; false only when it is next and malformed.</summary>
    public bool TryReadOptional(byte tag, out bool isPresent, out DerReader inner)
    {
        isPresent = NextIs(tag);
        inner = default;
        return !isPresent || TryRead(tag, out inner);
    }

    public bool TryReadIntegerBytes(byte tag, out ReadOnlySpan<byte> content) =>
        TryRead(tag, out content) && content.Length > 0
        && !(content.Length > 1 && ((content[0] == 0 && content[1] < 0x80) || (content[0] == 0xff && content[1] >= 0x80)));

    public bool TryReadInteger(out BigInteger value)
    {
        var isRead = TryReadIntegerBytes(DerTag.Integer, out var content);
        value = isRead ? new BigInteger(content, isBigEndian: true) : default;
        return isRead;
    }

    public bool TryReadInt64(byte tag, out long value)
    {
        value = 0;
        if (!TryReadIntegerBytes(tag, out var content) || content.Length > 8)
        {
            return false;
        }

        value = (sbyte)content[0];
        foreach (var octet in content[1..])
        {
            value = (value << 8) | octet;
        }

        return true;
    }

    public bool TryReadBoolean(out bool value)
    {
        var isRead = TryRead(DerTag.Boolean, out ReadOnlySpan<byte> content) && content.Length == 1 && content[0] is 0 or 0xff;
        value = isRead && content[0] == 0xff;
        return isRead;
    }

    /// <summary>Reads the content octets of an object identifier, after the server's checks of its arcs.</summary>
    public bool TryReadObjectIdentifier(out ReadOnlySpan<byte> content) =>
        TryRead(DerTag.ObjectIdentifier, out content) && ObjectIdentifiers.IsValid(content);

    public bool TryReadBitString(out ReadOnlySpan<byte> bytes, out int unusedBits)
    {
        bytes = default;
        unusedBits = 0;
        if (!TryRead(DerTag.BitString, out ReadOnlySpan<byte> content) || content.IsEmpty)
        {
            return false;
        }

        unusedBits = content[0];
        bytes = content[1..];
        return unusedBits <= 7
            && (bytes.IsEmpty ? unusedBits == 0 : (bytes[^1] & ((1 << unusedBits) - 1)) == 0);
    }
}
