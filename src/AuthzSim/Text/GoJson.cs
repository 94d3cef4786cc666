using System.Text;

namespace AuthzSim.Text;

/// <summary>JSON as Go's <c>encoding/json</c> writes it: compact, and with <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c> escaped.</summary>
internal static class GoJson
{
    public static string String(string text)
    {
        var builder = new StringBuilder(text.Length + 2);
        AppendString(builder, text);
        return builder.ToString();
    }

    public static string Strings(IEnumerable<string> items) => Array(items.Select(String));

    public static string Array(IEnumerable<string> jsonItems) => $"[{string.Join(',', jsonItems)}]";

    private static void AppendString(StringBuilder builder, string text)
    {
        builder.Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"' or '\\':
                    builder.Append('\\').Append((char)rune.Value);
                    break;
                case '\b':
                    builder.Append("\\b");
                    break;
                case '\f':
                    builder.Append("\\f");
                    break;
                case '\n':
                    builder.Append("\\n");
                    break;
                case '\r':
                    builder.Append("\\r");
                    break;
                case '\t':
                    builder.Append("\\t");
                    break;
                case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                    builder.Append($"\\u{rune.Value:x4}");
                    break;
                default:
                    builder.Append(rune);
                    break;
            }
        }

        builder.Append('"');
    }
}

/// <summary>A JSON object of a Go struct: members in the order added, empty ones left out unless said otherwise.</summary>
internal sealed class GoJsonObject
{
    private readonly StringBuilder _members = new();

    public GoJsonObject Text(string name, string value, bool omitEmpty = true) =>
        omitEmpty && value.Length == 0 ? this : Json(name, GoJson.String(value));

    public GoJsonObject Flag(string name, bool? value) => value is null ? this : Json(name, value.Value ? "true" : "false");

    public GoJsonObject Json(string name, string json)
    {
        _members.Append(_members.Length == 0 ? "" : ",").Append(GoJson.String(name)).Append(':').Append(json);
        return this;
    }

    public override string ToString() => $"{{{_members}}}";
}
