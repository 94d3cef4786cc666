using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>A block of a PEM file.</summary>
/// <param name="Label">What stands after <c>BEGIN</c>.</param>
/// <param name="Der">The decoded bytes.</param>
internal readonly record struct PemBlock(string Label, byte[] Der)
{
    /// <summary>All well-formed blocks of a text, in order; anything between them is skipped.</summary>
    /// <param name="pem">The text.</param>
    public static IEnumerable<PemBlock> ReadAll(string pem)
    {
        var start = 0;
        while (start < pem.Length && PemEncoding.TryFind(pem.AsSpan(start), out var fields))
        {
            var der = new byte[fields.DecodedDataLength];
            var text = pem.AsSpan(start);
            var label = text[fields.Label].ToString();
            if (Convert.TryFromBase64Chars(text[fields.Base64Data], der, out _))
            {
                yield return new PemBlock(label, der);
            }

            start += fields.Location.End.GetOffset(pem.Length - start);
        }
    }
}
