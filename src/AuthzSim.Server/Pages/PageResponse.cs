using System.Security.Cryptography;
using System.Text;
using AuthzSim.Server.Requests;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Pages;

/// <summary>
/// The page at <c>/</c>, for browsers. It holds no data, and so everybody gets it; what it then asks the server is asked as whoever
/// sits there. Nothing can run or load in it but what is part of it.
/// </summary>
internal static class PageResponse
{
    private static readonly string _style = TextOf("page.css");
    private static readonly string _script = TextOf("page.js");
    private static readonly string _page = TextOf("page.html")
        .Replace("/*style*/", _style, StringComparison.Ordinal).Replace("/*script*/", _script, StringComparison.Ordinal);

    private static readonly string _contentSecurityPolicy =
        $"default-src 'none'; script-src {HashOf(_script)}; style-src {HashOf(_style)}; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>True for a browser that opens the page, and for nobody who takes JSON first.</summary>
    public static bool IsFor(HttpRequest request) =>
        request.Path == "/"
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers.Accept.ToString().TrimStart().StartsWith("text/html", StringComparison.OrdinalIgnoreCase);

    public static Task WriteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = _contentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept";
        return ApiResponse.WriteTextAsync(http, StatusCodes.Status200OK, _page, "text/html; charset=utf-8");
    }

    private static string TextOf(string name) =>
        Encoding.UTF8.GetString(EmbeddedFile.Read(name)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
