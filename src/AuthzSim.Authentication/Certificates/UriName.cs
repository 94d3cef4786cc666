using System.Diagnostics.CodeAnalysis;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// A URI of a certificate: its host is all that constraints look at (upstream: what Go's <c>net/url.Parse</c> takes).
/// </summary>
/// <param name="Text">The URI as written.</param>
/// <param name="Host">The host with its port; empty without an authority.</param>
internal sealed record UriName(string Text, string Host)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out UriName? uri, out string error)
    {
        uri = null;
        error = "";
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var rest = hash < 0 ? text : text[..hash];
        if (text.Any(c => c is < ' ' or '\x7f'))
        {
            error = "net/url: invalid control character in URL";
            return false;
        }

        if (!TryScheme(ref rest, out var hasScheme, out error))
        {
            return false;
        }

        var query = rest.IndexOf('?', StringComparison.Ordinal);
        rest = query < 0 ? rest : rest[..query];
        if (!rest.StartsWith('/'))
        {
            if (hasScheme)
            {
                uri = new UriName(text, "");
                return true;
            }

            if (rest.Split('/')[0].Contains(':', StringComparison.Ordinal))
            {
                error = "first path segment in URL cannot contain colon";
                return false;
            }
        }

        var host = "";
        if (rest.StartsWith("//", StringComparison.Ordinal) && (hasScheme || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var end = rest.IndexOf('/', 2);
            var authority = end < 0 ? rest[2..] : rest[2..end];
            rest = end < 0 ? "" : rest[end..];
            host = authority[(authority.LastIndexOf('@') + 1)..];
            error = HostError(host) ?? "";
            if (error.Length > 0)
            {
                return false;
            }
        }

        error = EscapeError(rest) ?? "";
        uri = error.Length == 0 ? new UriName(text, host) : null;
        return uri is not null;
    }

    private static bool TryScheme(ref string rest, out bool hasScheme, out string error)
    {
        (hasScheme, error) = (false, "");
        for (var i = 0; i < rest.Length; i++)
        {
            var c = rest[i];
            if (char.IsAsciiLetter(c) || (i > 0 && (char.IsAsciiDigit(c) || c is '+' or '-' or '.')))
            {
                continue;
            }

            if (c == ':' && i == 0)
            {
                error = "missing protocol scheme";
                return false;
            }

            hasScheme = c == ':';
            rest = hasScheme ? rest[(i + 1)..] : rest;
            return true;
        }

        return true;
    }

    private static string? HostError(string host)
    {
        var port = host;
        if (host.StartsWith('['))
        {
            var close = host.LastIndexOf(']');
            if (close < 0)
            {
                return "missing ']' in host";
            }

            port = host[(close + 1)..];
            if (port.Length > 0 && (port[0] != ':' || !port[1..].All(char.IsAsciiDigit)))
            {
                return $"invalid port \"{port}\" after host";
            }
        }
        else if (host.LastIndexOf(':') is >= 0 and var colon && !host[(colon + 1)..].All(char.IsAsciiDigit))
        {
            return $"invalid port \"{host[colon..]}\" after host";
        }

        return host.FirstOrDefault(c => c is ' ' or '"' or '\\' or '^' or '`' or '{' or '|' or '}') is not '\0' and var bad
            ? $"invalid character \"{bad}\" in host name"
            : EscapeError(host);
    }

    private static string? EscapeError(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return $"invalid URL escape \"{text.Substring(i, Math.Min(3, text.Length - i))}\"";
            }
        }

        return null;
    }
}
