using System.Globalization;

namespace AuthzSim.Text;

/// <summary>Numbers as Go's <c>strconv</c> reads them.</summary>
internal static class GoNumbers
{
    /// <summary><c>ParseInt(text, 10, 64)</c>: an optional sign and decimal digits, nothing else.</summary>
    public static bool TryParseInt64(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var digits = text.Length > 0 && text[0] is ('+' or '-') ? text[1..] : text;
        return !digits.IsEmpty
            && !digits.ContainsAnyExceptInRange('0', '9')
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
