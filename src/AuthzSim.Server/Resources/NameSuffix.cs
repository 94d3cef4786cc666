using System.Security.Cryptography;

namespace AuthzSim.Server.Resources;

/// <summary>The end of a generated name (upstream: <c>k8s.io/apimachinery/pkg/util/rand.String</c>).</summary>
internal static class NameSuffix
{
    private const int Length = 5;
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);
}
