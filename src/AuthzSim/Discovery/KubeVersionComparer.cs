using System.Globalization;

namespace AuthzSim.Discovery;

/// <summary>
/// Orders API versions as a server does (upstream: <c>k8s.io/apimachinery/pkg/version.CompareKubeAwareVersionStrings</c>):
/// stable before beta before alpha, newer before older, and names of any other form last, by name.
/// </summary>
internal sealed class KubeVersionComparer : IComparer<string>
{
    private const int Alpha = 0;
    private const int Beta = 1;
    private const int Stable = 2;

    public static KubeVersionComparer NewestFirst { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Parse(x!), Parse(y!));
        return (a, b) switch
        {
            ({ } left, { } right) => right.CompareTo(left),
            (null, null) => string.CompareOrdinal(x, y),
            _ => a is null ? 1 : -1,
        };
    }

    /// <summary><c>v1</c>, <c>v2beta1</c>, <c>v3alpha2</c> as (stability, major, minor); null for any other form.</summary>
    private static (int Stability, int Major, int Minor)? Parse(string version)
    {
        if (!version.StartsWith('v'))
        {
            return null;
        }

        var rest = version.AsSpan(1);
        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
        {
            return Number(rest) is { } stable ? (Stable, stable, 0) : null;
        }

        var (name, stability) = rest[digits] == 'a' ? ("alpha", Alpha) : ("beta", Beta);
        return rest[digits..].StartsWith(name, StringComparison.Ordinal)
            && Number(rest[..digits]) is { } major
            && Number(rest[(digits + name.Length)..]) is { } minor
            ? (stability, major, minor)
            : null;
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        !text.IsEmpty && text[0] != '0' && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}
