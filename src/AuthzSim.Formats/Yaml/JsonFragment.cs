using System.Text.Json;

namespace AuthzSim.Formats.Yaml;

/// <summary>A finished piece of JSON with its marks, for an alias or a merge to repeat.</summary>
internal sealed record JsonFragment(byte[] Json, TokenMark[] Marks)
{
    /// <summary>The string it is, or null.</summary>
    public string? Text
    {
        get
        {
            var reader = new Utf8JsonReader(Json);
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
    }
}
