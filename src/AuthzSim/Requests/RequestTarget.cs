using AuthzSim.Text;

namespace AuthzSim.Requests;

/// <summary>
/// The target of a request line as Go's HTTP server reads it (upstream: <c>ParseRequestURI</c> of Go's <c>net/url</c>): a path
/// with a query, or an absolute URL. A leading <c>//</c> is part of the path, and <c>#</c> is an ordinary character.
/// </summary>
internal sealed record RequestTarget
{
    /// <summary>The decoded path.</summary>
    public required string Path { get; init; }

    /// <summary>The query as written, without <c>?</c>.</summary>
    public required string RawQuery { get; init; }

    /// <summary>The URL as Go prints it again.</summary>
    public required string Text { get; init; }

    /// <summary>Reads a target; null with Go's error text when the server would answer 400.</summary>
    public static RequestTarget? Parse(string target, out string error)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var beforeQuery = question < 0 ? target : target[..question];
        var origin = OriginOf(beforeQuery);
        var rawPath = beforeQuery[origin.Length..];
        error = "";
        if (target.Length == 0)
        {
            error = "empty url";
        }
        else if (target.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || target.Contains('\x7f', StringComparison.Ordinal))
        {
            error = "net/url: invalid control character in URL";
        }
        else if (origin.Length == 0 && !rawPath.StartsWith('/') && target != "*")
        {
            error = "invalid URI for request";
        }
        else if (!PercentEncoding.TryDecode(rawPath, plusIsSpace: false, out var path, out var badEscape))
        {
            error = $"invalid URL escape {GoText.Quote(badEscape)}";
        }
        else
        {
            var encoded = PercentEncoding.IsValidEncodedPath(rawPath) ? rawPath : PercentEncoding.EncodePath(path);
            return new RequestTarget
            {
                Path = path,
                RawQuery = question < 0 ? "" : target[(question + 1)..],
                Text = origin + encoded + (question < 0 ? "" : target[question..]),
            };
        }

        error = $"parse {GoText.Quote(target)}: {error}";
        return null;
    }

    /// <summary><c>scheme://host</c> of an absolute URL, <c>""</c> otherwise.</summary>
    private static string OriginOf(string text)
    {
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0 || !IsScheme(text.AsSpan(0, colon)))
        {
            return "";
        }

        var slash = text.IndexOf('/', colon + 3);
        return slash < 0 ? text : text[..slash];
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(text[0]);
    }
}
