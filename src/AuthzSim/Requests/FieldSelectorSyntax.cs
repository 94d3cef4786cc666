using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using AuthzSim.Text;

namespace AuthzSim.Requests;

/// <summary>
/// The grammar of <c>?fieldSelector=</c> (upstream: <c>ParseSelector</c> of <c>k8s.io/apimachinery/pkg/fields/selector.go</c>).
/// Nothing is trimmed, and field names are not checked.
/// </summary>
public static class FieldSelectorSyntax
{
    private static readonly string[] _operators = ["!=", "==", "="];

    /// <summary>Reads a field selector; false with upstream's error text when it is none.</summary>
    /// <param name="text">The selector, such as <c>metadata.name=a,spec.nodeName!=b</c>; <c>""</c> has no requirements.</param>
    /// <param name="requirements">The requirements in the byte order of their terms; empty when false.</param>
    /// <param name="error">Upstream's text, or null.</param>
    public static bool TryParse(string text, out ImmutableArray<FieldRequirement> requirements, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = ImmutableArray.CreateBuilder<FieldRequirement>();
        (requirements, error) = ([], null);
        foreach (var term in SplitTerms(text).Order(Comparer<string>.Create(GoText.CompareBytes)))
        {
            if (term.Length == 0)
            {
                continue;
            }

            if (!TrySplitTerm(term, out var field, out var op, out var rawValue))
            {
                error = $"invalid selector: '{text}'; can't understand '{term}'";
                return false;
            }

            if (!TryUnescapeValue(rawValue, out var value, out error))
            {
                return false;
            }

            if (field.Length > 0 || value.Length > 0)
            {
                result.Add(new FieldRequirement(field, op, value));
            }
        }

        requirements = result.DrainToImmutable();
        return true;
    }

    /// <summary>The value that the first <c>field=value</c> term demands of a field; null when none does.</summary>
    /// <param name="requirements">Requirements as <see cref="TryParse"/> gives them.</param>
    /// <param name="field">The field, such as <c>metadata.name</c>.</param>
    public static string? RequiredExactMatch(ImmutableArray<FieldRequirement> requirements, string field)
    {
        foreach (var requirement in requirements)
        {
            if (requirement.Operator == SelectionOperator.Equals && requirement.Field == field)
            {
                return requirement.Value;
            }
        }

        return null;
    }

    /// <summary>Splits at commas that no backslash precedes; the backslashes stay.</summary>
    private static List<string> SplitTerms(string text)
    {
        List<string> terms = [];
        var (start, escaped) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (escaped)
            {
                escaped = false;
            }
            else if (text[i] == '\\')
            {
                escaped = true;
            }
            else if (text[i] == ',')
            {
                terms.Add(text[start..i]);
                start = i + 1;
            }
        }

        terms.Add(text[start..]);
        return terms;
    }

    private static bool TrySplitTerm(string term, out string field, out SelectionOperator op, out string value)
    {
        for (var i = 0; i < term.Length; i++)
        {
            foreach (var symbol in _operators)
            {
                if (term.AsSpan(i).StartsWith(symbol))
                {
                    op = symbol == "!=" ? SelectionOperator.NotEquals : SelectionOperator.Equals;
                    (field, value) = (term[..i], term[(i + symbol.Length)..]);
                    return true;
                }
            }
        }

        (field, op, value) = ("", default, "");
        return false;
    }

    private static bool TryUnescapeValue(string raw, out string value, [NotNullWhen(false)] out string? error)
    {
        var builder = new StringBuilder(raw.Length);
        var escaped = false;
        (value, error) = ("", null);
        foreach (var rune in raw.EnumerateRunes())
        {
            var isSpecial = rune.Value is '\\' or ',' or '=';
            if (escaped && !isSpecial)
            {
                error = $@"invalid field selector: invalid escape sequence: \{rune}";
                return false;
            }

            if (!escaped && rune.Value is (',' or '='))
            {
                error = $"invalid field selector: unescaped character in value: {rune.Value}";
                return false;
            }

            if (!escaped && rune.Value == '\\')
            {
                escaped = true;
                continue;
            }

            builder.Append(rune);
            escaped = false;
        }

        if (escaped)
        {
            error = @"invalid field selector: invalid escape sequence: \";
            return false;
        }

        value = builder.ToString();
        return true;
    }
}
