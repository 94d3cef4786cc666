using System.Text;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Requests;

/// <summary>Writes answers as the API server does: one JSON document and a newline.</summary>
internal static class ApiResponse
{
    public const string Json = "application/json";

    public const string PlainText = "text/plain; charset=utf-8";

    public static Task WriteAsync(HttpContext http, ApiStatus status) =>
        WriteJsonAsync(http, status.Code, Encoding.UTF8.GetBytes(status.ToJson()));

    /// <summary>Answers with a document, which is copied before the method returns.</summary>
    public static Task WriteJsonAsync(HttpContext http, int code, ReadOnlyMemory<byte> json, string contentType = Json)
    {
        var response = Begin(http, code, contentType, json.Length + 1);
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return Task.CompletedTask;
        }

        var writer = response.BodyWriter;
        var memory = writer.GetMemory(json.Length + 1);
        json.CopyTo(memory);
        memory.Span[json.Length] = (byte)'\n';
        writer.Advance(json.Length + 1);
        return writer.FlushAsync(http.RequestAborted).AsTask();
    }

    public static async Task WriteTextAsync(HttpContext http, int code, string text, string contentType = PlainText)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var response = Begin(http, code, contentType, bytes.Length);
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private static HttpResponse Begin(HttpContext http, int code, string contentType, int length)
    {
        var response = http.Response;
        response.StatusCode = code;
        response.ContentType = contentType;
        response.ContentLength = length;
        if (code == StatusCodes.Status403Forbidden)
        {
            response.Headers.XContentTypeOptions = "nosniff";
        }

        return response;
    }
}
