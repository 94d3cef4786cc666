using System.Numerics;
using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tests.Tokens;

/// <summary>Signs with RSASSA-PSS and a salt of any length, which .NET does not (RFC 8017, 9.1.1), with SHA-256.</summary>
internal static class PssSigner
{
    public static byte[] Sign(RSA key, byte[] data, int saltLength)
    {
        var parameters = key.ExportParameters(true);
        var length = parameters.Modulus!.Length;
        var salt = RandomNumberGenerator.GetBytes(saltLength);
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(data), .. salt]);
        byte[] block = [.. new byte[length - saltLength - hash.Length - 2], 1, .. salt];
        for (var i = 0; i < block.Length; i++)
        {
            block[i] ^= SHA256.HashData([.. hash, 0, 0, 0, (byte)(i / 32)])[i % 32];
        }

        block[0] &= 0x7f;
        var encoded = new BigInteger([.. block, .. hash, 0xbc], isUnsigned: true, isBigEndian: true);
        var signed = BigInteger.ModPow(encoded, Big(parameters.D!), Big(parameters.Modulus)).ToByteArray(true, true);
        return [.. new byte[length - signed.Length], .. signed];
    }

    private static BigInteger Big(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
