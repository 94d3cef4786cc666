using System.Globalization;

namespace AuthzSim.Server.Requests;

/// <summary>Instants as objects have them (upstream: <c>k8s.io/apimachinery/pkg/apis/meta/v1.Time</c>).</summary>
internal static class ServerTime
{
    public static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
