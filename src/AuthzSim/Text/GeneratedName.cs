using System.Text;

namespace AuthzSim.Text;

/// <summary>Names made of a prefix (upstream: <c>k8s.io/apiserver/pkg/storage/names/generate.go</c>).</summary>
internal static class GeneratedName
{
    private const int MaxLength = 63;

    /// <summary>The prefix, cut so that prefix and suffix have at most 63 bytes, and the suffix.</summary>
    public static string Of(string prefix, string suffix)
    {
        var bytes = Encoding.UTF8.GetBytes(prefix);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, Math.Max(0, MaxLength - suffix.Length)))) + suffix;
    }
}
