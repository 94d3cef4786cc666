using System.Text;
using System.Text.Json;

namespace AuthzSim.Formats.Json;

/// <summary>A text as it stands in JSON between its quotes, unescaped when it is asked for.</summary>
internal sealed class RawJsonText
{
    private readonly byte[] _raw;

    /// <param name="raw">What stands between the quotes of a string that was read, and of which <see cref="CanWait"/> is true.</param>
    public RawJsonText(ReadOnlySpan<byte> raw) => _raw = raw.ToArray();

    /// <summary>False when a text has to be unescaped at once, because that may fail: an escape may be half of a character.</summary>
    /// <param name="raw">What stands between the quotes of a string that was read.</param>
    public static bool CanWait(ReadOnlySpan<byte> raw) =>
        !raw.Contains((byte)'\\') || (raw.IndexOf("\\ud"u8) < 0 && raw.IndexOf("\\uD"u8) < 0);

    public override string ToString()
    {
        if (!_raw.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(_raw);
        }

        var json = new Utf8JsonReader((byte[])[(byte)'"', .. _raw, (byte)'"']);
        json.Read();
        return json.GetString()!;
    }
}
