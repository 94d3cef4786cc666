using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>Tries the forms in which a key may be written.</summary>
internal static class KeyImport
{
    internal delegate void Import<T>(T key, ReadOnlySpan<byte> der, out int length);

    /// <summary>Whether all of the bytes are a key of the form.</summary>
    public static bool TryImport<T>(T key, byte[] der, Import<T> import)
    {
        try
        {
            import(key, der, out var length);
            return length == der.Length;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
