using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Requests;

/// <summary>Warnings for whoever sits at the client (upstream: <c>k8s.io/apimachinery/pkg/util/net.NewWarningHeader</c>).</summary>
internal static class Warnings
{
    public static void Add(HttpResponse response, string text)
    {
        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        response.Headers.Append("Warning", $"299 - \"{string.Concat(quoted.Where(c => !char.IsControl(c)))}\"");
    }
}
