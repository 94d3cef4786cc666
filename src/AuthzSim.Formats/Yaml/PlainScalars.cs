using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthzSim.Formats.Yaml;

/// <summary>What a plain YAML scalar is.</summary>
internal enum ScalarType
{
    Text,
    Null,
    True,
    False,
    Integer,
    Float,
}

/// <summary>
/// The types of plain scalars as kubectl resolves them: YAML 1.1 without base 60, times stay text
/// (upstream: <c>sigs.k8s.io/yaml/goyaml.v2/resolve.go</c>).
/// </summary>
internal static partial class PlainScalars
{
    public static ScalarType Resolve(string text)
    {
        if (text.Length == 0)
        {
            return ScalarType.Null;
        }

        return text[0] switch
        {
            'y' or 'Y' or 'n' or 'N' or 't' or 'T' or 'f' or 'F' or 'o' or 'O' or '~' => Word(text),
            '.' => text is ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" || IsFloat().IsMatch(text)
                ? ScalarType.Float
                : ScalarType.Text,
            '+' or '-' or (>= '0' and <= '9') => Number(text),
            _ => ScalarType.Text,
        };
    }

    /// <summary>The integer as JSON writes it, or the text itself when it does not fit.</summary>
    public static string ToDecimal(string text)
    {
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        var isNegative = plain[0] == '-';
        var digits = plain.TrimStart('+', '-');
        var (radix, body) = Radix(digits);
        UInt128 value = 0;
        foreach (var c in body)
        {
            value = (value * (uint)radix) + (uint)int.Parse([c], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return (isNegative && value != 0 ? "-" : "") + value.ToString(CultureInfo.InvariantCulture);
    }

    private static ScalarType Word(string text) => text switch
    {
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => ScalarType.True,
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => ScalarType.False,
        "~" or "null" or "Null" or "NULL" => ScalarType.Null,
        _ => ScalarType.Text,
    };

    private static ScalarType Number(string text)
    {
        if (text is "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF")
        {
            return ScalarType.Float;
        }

        var plain = text.Contains('_', StringComparison.Ordinal) ? text.Replace("_", "", StringComparison.Ordinal) : text;
        return IsInteger().IsMatch(plain) ? ScalarType.Integer : IsFloat().IsMatch(plain) ? ScalarType.Float : ScalarType.Text;
    }

    private static (int Radix, string Body) Radix(string digits) => digits switch
    {
        ['0', 'x' or 'X', .. var rest] => (16, rest),
        ['0', 'o' or 'O', .. var rest] => (8, rest),
        ['0', 'b' or 'B', .. var rest] => (2, rest),
        ['0', _, ..] => (8, digits[1..]),
        _ => (10, digits),
    };

    [GeneratedRegex("^[-+]?(0|[1-9][0-9]{0,18}|0[0-7]{1,21}|0[oO][0-7]{1,21}|0[xX][0-9a-fA-F]{1,16}|0[bB][01]{1,64})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsInteger();

    [GeneratedRegex("^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsFloat();
}
