using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuthzSim.Server.Requests;

/// <summary>How the server writes JSON: compact, and other scripts as they are.</summary>
internal static class ServerJson
{
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
