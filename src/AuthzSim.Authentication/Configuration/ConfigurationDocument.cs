using AuthzSim.Authentication.Tokens;
using AuthzSim.Formats;
using AuthzSim.Formats.Yaml;

namespace AuthzSim.Authentication.Configuration;

/// <summary>The first document of a YAML or JSON file.</summary>
internal static class ConfigurationDocument
{
    /// <summary>Reads the document.</summary>
    /// <param name="content">The file.</param>
    /// <param name="prefix">What every error text begins with.</param>
    /// <param name="notJson">What the text of a document that is more than JSON can hold begins with besides.</param>
    /// <exception cref="AuthenticationConfigurationException">It cannot be read.</exception>
    public static JsonValue Read(ReadOnlySpan<byte> content, string prefix = "", string notJson = "")
    {
        try
        {
            return JsonValue.TryParse(FirstYamlDocument.ToJson(content, "").Json, out var json)
                ? json
                : throw new AuthenticationConfigurationException($"{prefix}{notJson}the document cannot be written as JSON");
        }
        catch (PolicyFormatException e)
        {
            var problem = e.Diagnostics[0];
            throw new AuthenticationConfigurationException($"{prefix}yaml: line {problem.Location.Line}: {problem.Message}", e);
        }
    }
}
