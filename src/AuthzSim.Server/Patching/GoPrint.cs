using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Text;

namespace AuthzSim.Server.Patching;

/// <summary>JSON values as Go's <c>fmt</c> prints them once they are read into maps.</summary>
internal static class GoPrint
{
    /// <summary><c>%v</c>.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "<nil>",
        JsonObject fields => $"map[{string.Join(' ', fields
            .OrderBy(f => f.Key, Comparer<string>.Create(GoText.CompareBytes)).Select(f => $"{f.Key}:{Text(f.Value)}"))}]",
        JsonArray items => $"[{string.Join(' ', items.Select(Text))}]",
        _ => PatchJson.Text(value) ?? PatchJson.Compact(value),
    };

    /// <summary><c>%T</c>.</summary>
    public static string TypeName(JsonNode? value) => value switch
    {
        null => "%!s(<nil>)",
        JsonObject => "map[string]interface {}",
        JsonArray => "[]interface {}",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => PatchJson.Compact(value).AsSpan().IndexOfAny(".eE") < 0 ? "int64" : "float64",
            _ => "bool",
        },
    };
}
