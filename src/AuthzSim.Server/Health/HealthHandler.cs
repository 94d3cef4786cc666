using System.Globalization;
using System.Text;
using AuthzSim.Server.Requests;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Health;

/// <summary>
/// <c>/healthz</c>, <c>/livez</c> and <c>/readyz</c> with their single checks (upstream:
/// <c>k8s.io/apiserver/pkg/server/healthz/healthz.go</c>), and <c>/metrics</c>.
/// </summary>
internal sealed class HealthHandler(ServerHealth health, Action<StringBuilder> metrics) : IRequestHandler
{
    private static readonly string[] _paths = ["/healthz", "/livez", "/readyz"];

    public bool Handles(ApiRequest request) => !request.Info.IsResourceRequest
        && (request.Info.Path == "/metrics" || _paths.Any(p => request.Info.Path == p || request.Info.Path.StartsWith(p + "/", StringComparison.Ordinal)));

    public Task HandleAsync(ApiRequest request)
    {
        var http = request.Http;
        if (request.Info.Path == "/metrics")
        {
            var text = new StringBuilder();
            metrics(text);
            health.WriteMetricsTo(text);
            return ApiResponse.WriteTextAsync(http, StatusCodes.Status200OK, text.ToString(), Prometheus.ContentType);
        }

        var name = request.Info.Path[1..].Split('/', 2);
        var checks = health.ChecksOf(isReadiness: name[0] == "readyz");
        if (name.Length == 2)
        {
            checks = [.. checks.Where(c => c.Name == name[1])];
            if (checks.Length == 0)
            {
                return ApiResponse.WriteTextAsync(http, StatusCodes.Status404NotFound, "404 page not found\n");
            }
        }

        var excluded = http.Request.Query["exclude"];
        checks = [.. checks.Where(c => !excluded.Contains(c.Name))];
        var isGood = checks.All(c => c.Problem is null);
        if (isGood && !request.Query.IsTrue("verbose"))
        {
            return ApiResponse.WriteTextAsync(http, StatusCodes.Status200OK, "ok");
        }

        var lines = new StringBuilder();
        foreach (var (check, problem) in checks)
        {
            lines.Append(CultureInfo.InvariantCulture, $"[{(problem is null ? "+" : "-")}]{check} {(problem is null ? "ok" : $"failed: {problem}")}\n");
        }

        lines.Append(CultureInfo.InvariantCulture, $"{name[0]} check {(isGood ? "passed" : "failed")}\n");
        return ApiResponse.WriteTextAsync(http, isGood ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, lines.ToString());
    }
}
