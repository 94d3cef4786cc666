using System.Text;
using System.Text.Json;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Formats;
using AuthzSim.Formats.Yaml;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Reads the file of <c>--authentication-config</c> (upstream: <c>loadAuthenticationConfig</c> of
/// <c>pkg/kubeapiserver/options/authentication.go</c>).
/// </summary>
public static class AuthenticationConfigurationReader
{
    private const string Group = "apiserver.config.k8s.io";
    private const string Kind = "AuthenticationConfiguration";

    // How Go names the type that apiVersion and kind are read into.
    private const string HeaderType =
        "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    /// <summary>Reads and validates a configuration.</summary>
    /// <param name="content">The file: YAML or JSON.</param>
    /// <param name="disallowedIssuers">The server's own service account issuers.</param>
    /// <exception cref="AuthenticationConfigurationException">
    /// The server would refuse the configuration, or it has a CEL expression.
    /// </exception>
    public static AuthenticationConfiguration Read(ReadOnlyMemory<byte> content, IReadOnlyCollection<string> disallowedIssuers)
    {
        var configuration = Decode(content);
        AuthenticationConfigurationValidation.Check(configuration, disallowedIssuers);
        return configuration;
    }

    /// <summary>Reads a configuration without validating what it says.</summary>
    /// <param name="content">The file: YAML or JSON.</param>
    /// <exception cref="AuthenticationConfigurationException">The content has no such object, or an unknown field.</exception>
    public static AuthenticationConfiguration Decode(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
        {
            throw new AuthenticationConfigurationException("empty config data");
        }

        return IsJson(content.Span) ? FromJson(content) : FromYaml(content);
    }

    private static bool IsJson(ReadOnlySpan<byte> content) =>
        Encoding.UTF8.GetString(content[..Math.Min(content.Length, 1 << 12)]).AsSpan().TrimStart() is ['{', ..];

    private static AuthenticationConfiguration FromJson(ReadOnlyMemory<byte> content)
    {
        if (!JsonValue.TryParse(content, out var value))
        {
            throw new AuthenticationConfigurationException("couldn't get version/kind; json parse error: the file is not JSON");
        }

        return Decode(value, content, isFromYaml: false, []);
    }

    private static AuthenticationConfiguration FromYaml(ReadOnlyMemory<byte> content)
    {
        ConvertedYaml yaml;
        try
        {
            yaml = FirstYamlDocument.ToJson(content.Span, "");
        }
        catch (PolicyFormatException e)
        {
            var problem = e.Diagnostics[0];
            throw new AuthenticationConfigurationException($"yaml: line {problem.Location.Line}: {problem.Message}", e);
        }

        if (!JsonValue.TryParse(yaml.Json, out var value))
        {
            throw new AuthenticationConfigurationException("yaml: the document cannot be written as JSON");
        }

        return Decode(value, content, isFromYaml: true, RepeatedKeys(yaml));
    }

    private static AuthenticationConfiguration Decode(
        JsonValue value, ReadOnlyMemory<byte> content, bool isFromYaml, List<string> repeatedKeys)
    {
        var version = Version(value, content);
        var decoder = new StrictDecoder(version, isFromYaml);
        var configuration = new AuthenticationConfigurationDecoder(decoder).Decode(value);
        if (decoder.TypeError is { } error)
        {
            throw new AuthenticationConfigurationException(error);
        }

        List<string> strict = [.. decoder.StrictErrors];
        if (repeatedKeys.Count > 0)
        {
            strict.Insert(0, $"yaml: unmarshal errors:\n{string.Join('\n', repeatedKeys)}");
        }

        return strict.Count == 0
            ? configuration
            : throw new AuthenticationConfigurationException($"strict decoding error: {string.Join(", ", strict)}");
    }

    /// <summary>The version, when the object is of the kind and a version known.</summary>
    private static string Version(JsonValue value, ReadOnlyMemory<byte> content)
    {
        var (apiVersion, kind) = Header(value);
        if (kind.Length == 0)
        {
            throw new AuthenticationConfigurationException(
                $"Object 'Kind' is missing in '{Encoding.UTF8.GetString(content.Span)}'");
        }

        if (apiVersion.Length == 0)
        {
            throw new AuthenticationConfigurationException(
                $"Object 'apiVersion' is missing in '{Encoding.UTF8.GetString(content.Span)}'");
        }

        return kind == Kind && apiVersion is $"{Group}/v1" or $"{Group}/v1beta1" or $"{Group}/v1alpha1"
            ? apiVersion[(Group.Length + 1)..]
            : throw new AuthenticationConfigurationException(
                $"no kind {GoText.Quote(kind)} is registered for version {GoText.Quote(apiVersion)} in scheme \"pkg/runtime/scheme.go:110\"");
    }

    private static (string ApiVersion, string Kind) Header(JsonValue value)
    {
        if (value.IsNull)
        {
            return ("", "");
        }

        const string Prefix = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
        if (!value.IsObject)
        {
            throw new AuthenticationConfigurationException($"{Prefix}{value.GoKind} into Go value of type {HeaderType}");
        }

        var (apiVersion, kind) = ("", "");
        foreach (var (name, member) in value.Members())
        {
            if (name is not ("apiVersion" or "kind") || member.IsNull)
            {
                continue;
            }

            if (!member.IsString)
            {
                throw new AuthenticationConfigurationException(
                    $"{Prefix}{member.GoKind} into Go struct field .{name} of type string");
            }

            (apiVersion, kind) = name == "kind" ? (apiVersion, member.Text()) : (member.Text(), kind);
        }

        return (apiVersion, kind);
    }

    /// <summary>Keys given twice, with their lines, as the strict YAML reader says it.</summary>
    private static List<string> RepeatedKeys(ConvertedYaml yaml)
    {
        List<string> found = [];
        var open = new Stack<HashSet<string>>();
        var reader = new Utf8JsonReader(yaml.Json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                open.Push(new HashSet<string>(StringComparer.Ordinal));
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                open.Pop();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && JsonText.Unquote(reader.ValueSpan) is var name && !open.Peek().Add(name))
            {
                found.Add($"  line {yaml.LineOf((int)reader.TokenStartIndex)}: key {GoText.Quote(name)} already set in map");
            }
        }

        return found;
    }
}
