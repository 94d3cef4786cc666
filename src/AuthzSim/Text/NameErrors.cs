using System.Collections.Immutable;
using System.Text;

namespace AuthzSim.Text;

/// <summary>
/// What is wrong with a name, in upstream's words; nothing: valid (upstream: <c>k8s.io/apimachinery/pkg/util/validation</c>,
/// <c>pkg/api/validate/content</c> and <c>pkg/api/validation/path</c>). A valid name, the usual case, costs no allocation.
/// </summary>
internal static class NameErrors
{
    private const string Empty = "must be non-empty";
    private const string LabelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainFormat = LabelFormat + @"(\." + LabelFormat + ")*";
    private const string KeyFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string Alphanumeric = "and must start and end with an alphanumeric character";
    private const int KeyMaxLength = 63;

    private static readonly string _label = Regex(
        $"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', {Alphanumeric}",
        LabelFormat, "my-name", "123-abc");

    private static readonly string _subdomain = Regex(
        $"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', {Alphanumeric}",
        SubdomainFormat, "example.com");

    private static readonly string _key = Regex(
        $"must consist of alphanumeric characters, '-', '_' or '.', {Alphanumeric}", KeyFormat, "MyName", "my.name", "123-abc");

    private static readonly string _value = Regex(
        $"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', {Alphanumeric}",
        $"({KeyFormat})?", "MyValue", "my_value", "12345");

    /// <summary>Upstream's <c>IsDNS1123Label</c>.</summary>
    public static ImmutableArray<string> OfLabel(string value) => DnsNames.IsLabel(value) ? [] : [.. LabelErrors(value)];

    /// <summary>Upstream's <c>IsDNS1123Subdomain</c>.</summary>
    public static ImmutableArray<string> OfSubdomain(string value) =>
        DnsNames.IsSubdomain(value) ? [] : [.. SubdomainErrors(value, "characters")];

    /// <summary>Upstream's <c>IsLabelKey</c>, also called a qualified name.</summary>
    public static ImmutableArray<string> OfQualifiedName(string value) =>
        LabelSyntax.IsQualifiedName(value) ? [] : [.. QualifiedNameErrors(value)];

    /// <summary>Upstream's <c>IsLabelValue</c>.</summary>
    public static ImmutableArray<string> OfLabelValue(string value) =>
        LabelSyntax.IsValue(value) ? [] : [.. LabelValueErrors(value)];

    /// <summary>Upstream's <c>IsValidPathSegmentName</c>: what may stand in a URL path as a name.</summary>
    public static ImmutableArray<string> OfPathSegment(string value) =>
        value is "." or ".." ? [$"may not be '{value}'"] : OfPathSegmentPrefix(value);

    /// <summary>Upstream's <c>IsValidPathSegmentPrefix</c>.</summary>
    public static ImmutableArray<string> OfPathSegmentPrefix(string value) =>
        value.AsSpan().ContainsAny('/', '%') ? [.. PathSegmentErrors(value)] : [];

    private static IEnumerable<string> LabelErrors(string value)
    {
        if (ByteCount(value) > DnsNames.LabelMaxLength)
        {
            yield return $"must be no more than {DnsNames.LabelMaxLength} characters";
        }

        if (!DnsNames.IsLabelSyntax(value))
        {
            yield return DnsNames.IsSubdomainSyntax(value) ? "must not contain dots" : _label;
        }
    }

    private static List<string> QualifiedNameErrors(string value)
    {
        var parts = value.Split('/');
        if (parts.Length > 2)
        {
            return [$"a valid label key {_key} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }

        List<string> errors = [];
        if (parts.Length == 2)
        {
            var prefix = parts[0].Length == 0 ? [Empty] : SubdomainErrors(parts[0], "bytes");
            errors.AddRange(prefix.Select(e => $"prefix part {e}"));
        }

        errors.AddRange(NamePartErrors(parts[^1]).Select(e => $"name part {e}"));
        return errors;
    }

    private static IEnumerable<string> LabelValueErrors(string value)
    {
        if (ByteCount(value) > KeyMaxLength)
        {
            yield return $"must be no more than {KeyMaxLength} bytes";
        }

        if (value.Length > 0 && !IsKeySyntax(value))
        {
            yield return _value;
        }
    }

    private static IEnumerable<string> PathSegmentErrors(string value)
    {
        foreach (var illegal in "/%")
        {
            if (value.Contains(illegal, StringComparison.Ordinal))
            {
                yield return $"may not contain '{illegal}'";
            }
        }
    }

    /// <summary>Lengths of names are counted in UTF-8 bytes, whatever the text says.</summary>
    private static int ByteCount(string value) => Encoding.UTF8.GetByteCount(value);

    private static IEnumerable<string> SubdomainErrors(string value, string unit)
    {
        if (ByteCount(value) > DnsNames.SubdomainMaxLength)
        {
            yield return $"must be no more than {DnsNames.SubdomainMaxLength} {unit}";
        }

        if (!DnsNames.IsSubdomainSyntax(value))
        {
            yield return _subdomain;
        }
    }

    private static IEnumerable<string> NamePartErrors(string name)
    {
        if (name.Length == 0)
        {
            yield return Empty;
        }
        else if (ByteCount(name) > KeyMaxLength)
        {
            yield return $"must be no more than {KeyMaxLength} bytes";
        }

        if (!IsKeySyntax(name))
        {
            yield return _key;
        }
    }

    private static bool IsKeySyntax(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1])
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Upstream's <c>RegexError</c>, its double spaces included.</summary>
    private static string Regex(string message, string format, params string[] examples) =>
        $"{message} (e.g. {string.Join(" or ", examples.Select(e => $"'{e}', "))}regex used for validation is '{format}')";
}
