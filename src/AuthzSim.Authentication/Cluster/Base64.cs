namespace AuthzSim.Authentication.Cluster;

/// <summary>Base64 as Go's <c>base64.StdEncoding</c> decodes it: padded, line breaks passed over, other blanks refused.</summary>
internal static class Base64
{
    /// <summary>Decodes; false for anything that is not base64.</summary>
    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.AsSpan().ContainsAny(' ', '\t'))
        {
            return false;
        }

        var buffer = new byte[text.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(text, buffer, out var length))
        {
            return false;
        }

        bytes = buffer[..length];
        return true;
    }
}
