namespace AuthzSim.Text;

/// <summary>
/// Keys and values of labels (upstream: <c>IsQualifiedName</c> and <c>IsValidLabelValue</c> of
/// <c>k8s.io/apimachinery/pkg/util/validation/validation.go</c>).
/// </summary>
internal static class LabelSyntax
{
    public const int NameMaxLength = 63;

    /// <summary>A name, or a DNS-1123 subdomain, a slash and a name.</summary>
    public static bool IsQualifiedName(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        return slash < 0 ? IsName(text) : DnsNames.IsSubdomain(text[..slash]) && IsName(text[(slash + 1)..]);
    }

    /// <summary>Empty, or a name.</summary>
    public static bool IsValue(ReadOnlySpan<char> text) => text.IsEmpty || IsName(text);

    /// <summary>Up to 63 alphanumerics, with <c>-</c>, <c>_</c> and <c>.</c> inside.</summary>
    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > NameMaxLength || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
