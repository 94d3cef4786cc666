namespace AuthzSim.Text;

/// <summary>Name syntaxes (upstream: <c>k8s.io/apimachinery/pkg/util/validation/validation.go</c>).</summary>
internal static class DnsNames
{
    public const int LabelMaxLength = 63;
    public const int SubdomainMaxLength = 253;

    /// <summary>RFC 1123 label: lower-case alphanumerics and inner hyphens, at most 63.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text) => text.Length <= LabelMaxLength && IsLabelSyntax(text);

    /// <summary>RFC 1123 subdomain: labels of any length joined by dots, at most 253 in all.</summary>
    public static bool IsSubdomain(ReadOnlySpan<char> text) => text.Length <= SubdomainMaxLength && IsSubdomainSyntax(text);

    public static bool IsSubdomainSyntax(ReadOnlySpan<char> text)
    {
        foreach (var part in text.Split('.'))
        {
            if (!IsLabelSyntax(text[part]))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsLabelSyntax(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                return false;
            }
        }

        return true;
    }
}
