using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>The parts of a URL that validation looks at, parsed as Go does (upstream: <c>net/url.Parse</c>).</summary>
/// <param name="Scheme">The scheme in lower case.</param>
/// <param name="HasUser">True with a user name or password.</param>
/// <param name="RawQuery">The query as written.</param>
/// <param name="Fragment">The fragment as written.</param>
internal sealed record GoUrl(string Scheme, bool HasUser, string RawQuery, string Fragment)
{
    /// <summary>Parses a URL; the error is Go's.</summary>
    public static (GoUrl? Url, string? Error) Parse(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var (main, fragment) = hash < 0 ? (text, "") : (text[..hash], text[(hash + 1)..]);
        var (url, problem) = ParseMain(main);
        if (problem is not null)
        {
            return (null, $"parse {GoText.Quote(main)}: {problem}");
        }

        return EscapeProblem(fragment) is { } bad
            ? (null, $"parse {GoText.Quote(text)}: {bad}")
            : (url! with { Fragment = fragment }, null);
    }

    private static (GoUrl? Url, string? Error) ParseMain(string text)
    {
        if (text.Any(c => c is < ' ' or '\x7f'))
        {
            return (null, "net/url: invalid control character in URL");
        }

        if (text is "" or "*")
        {
            return (new GoUrl("", false, "", ""), null);
        }

        if (text[0] == ':')
        {
            return (null, "missing protocol scheme");
        }

        var (scheme, rest) = SplitScheme(text);
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var url = new GoUrl(scheme, false, query < 0 ? "" : rest[(query + 1)..], "");
        rest = query < 0 ? rest : rest[..query];
        if (!rest.StartsWith('/'))
        {
            return scheme.Length == 0 && rest.Split('/')[0].Contains(':', StringComparison.Ordinal)
                ? (null, "first path segment in URL cannot contain colon")
                : scheme.Length > 0 ? (url, null) : (EscapeProblem(rest) is { } bad ? null : url, EscapeProblem(rest));
        }

        var path = rest;
        if (rest.StartsWith("//", StringComparison.Ordinal)
            && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            path = slash < 0 ? "" : rest[slash..];
            var at = authority.LastIndexOf('@');
            if ((HostProblem(authority[(at + 1)..]) ?? (at < 0 ? null : UserProblem(authority[..at]))) is { } problem)
            {
                return (null, problem);
            }

            url = url with { HasUser = at >= 0 };
        }

        return EscapeProblem(path) is { } escape ? (null, escape) : (url, null);
    }

    private static (string Scheme, string Remainder) SplitScheme(string text)
    {
        var colon = text.AsSpan().IndexOfAnyExcept(_schemeCharacters);
        return colon > 0 && text[colon] == ':' && char.IsAsciiLetter(text[0])
            ? (text[..colon].ToLowerInvariant(), text[(colon + 1)..])
            : ("", text);
    }

    private static readonly System.Buffers.SearchValues<char> _schemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static string? HostProblem(string host)
    {
        var port = host.LastIndexOf(':');
        if (host.StartsWith('['))
        {
            var close = host.LastIndexOf(']');
            if (close < 0)
            {
                return "missing ']' in host";
            }

            port = close + 1 < host.Length ? close + 1 : -1;
        }

        if (port >= 0 && (host[port] != ':' || host.AsSpan(port + 1).ContainsAnyExceptInRange('0', '9')))
        {
            return $"invalid port {GoText.Quote(host[port..])} after host";
        }

        for (var i = 0; i < host.Length; i++)
        {
            if (host[i] == '%')
            {
                if (!IsEscape(host, i) || (host[i + 1] < '8' && host.AsSpan(i, 3) is not "%25"))
                {
                    return $"invalid URL escape {GoText.Quote(host[i..Math.Min(i + 3, host.Length)])}";
                }
            }
            else if (host[i] < 0x80 && !char.IsAsciiLetterOrDigit(host[i]) && !"-_.~!$&'()*+,;=:[]<>\"".Contains(
                host[i], StringComparison.Ordinal))
            {
                return $"invalid character {GoText.Quote(host[i].ToString())} in host name";
            }
        }

        return null;
    }

    private static string? UserProblem(string user) =>
        user.All(c => char.IsAsciiLetterOrDigit(c) || "-._:~!$&'()*+,;=%@".Contains(c, StringComparison.Ordinal))
            ? EscapeProblem(user)
            : "net/url: invalid userinfo";

    private static string? EscapeProblem(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (!IsEscape(text, i))
            {
                return $"invalid URL escape {GoText.Quote(text[i..Math.Min(i + 3, text.Length)])}";
            }
        }

        return null;
    }

    private static bool IsEscape(string text, int i) =>
        i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]);
}
