using System.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>An e-mail address in its two parts (upstream: <c>crypto/x509.rfc2821Mailbox</c>).</summary>
internal sealed record Mailbox(string Local, string Domain)
{
    /// <summary>The address, or null when the server cannot read it.</summary>
    public static Mailbox? Parse(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var local = new StringBuilder();
        var end = text[0] == '"' ? Quoted(text, local) : Atoms(text, local);
        if (end < 0 || end >= text.Length || text[end] != '@')
        {
            return null;
        }

        var domain = text[(end + 1)..];
        return DomainName.IsValid(domain, isConstraint: false) ? new Mailbox(local.ToString(), domain) : null;
    }

    private static int Quoted(string text, StringBuilder local)
    {
        for (var i = 1; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                return i + 1;
            }

            var isPair = c == '\\';
            if (isPair && ++i == text.Length)
            {
                return -1;
            }

            c = text[i];
            var isText = c is '\x0b' or '\x0c' or (>= '\x01' and <= '\x08') or (>= '\x0e' and <= '\x7f');
            var isPairText = isText || c is '\x09';
            if (isPair ? !isPairText : !isText)
            {
                return -1;
            }

            local.Append(c);
        }

        return -1;
    }

    private static int Atoms(string text, StringBuilder local)
    {
        var i = 0;
        for (; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                if (++i == text.Length)
                {
                    return -1;
                }
            }
            else if (!char.IsAsciiLetterOrDigit(text[i]) && !"!#$%&'*+-/=?^_`{|}~.".Contains(text[i], StringComparison.Ordinal))
            {
                break;
            }

            local.Append(text[i]);
        }

        var result = local.ToString();
        return result.Length == 0 || result[0] == '.' || result[^1] == '.' || result.Contains("..", StringComparison.Ordinal)
            ? -1
            : i;
    }
}
