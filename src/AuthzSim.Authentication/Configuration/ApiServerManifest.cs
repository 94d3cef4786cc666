using System.Collections.Immutable;
using System.Text;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Reads kube-apiserver's flags out of the static pod manifest it is started by, or out of a text that is its command line.
/// Flags that have nothing to do with authentication are left out.
/// </summary>
public static class ApiServerManifest
{
    private const string Program = "kube-apiserver";

    /// <summary>The flags in the order given, names without dashes.</summary>
    /// <param name="content">The manifest as YAML or JSON, or a command line, which may go on over lines that end in <c>\</c>.</param>
    /// <exception cref="AuthenticationConfigurationException">There is no kube-apiserver in it, or a flag lacks its value.</exception>
    public static ImmutableArray<KeyValuePair<string, string>> Read(ReadOnlyMemory<byte> content)
    {
        var text = Encoding.UTF8.GetString(content.Span).TrimStart('\ufeff');
        var first = text.TrimStart();
        var isFlags = first.StartsWith("--", StringComparison.Ordinal) && !first.StartsWith("---", StringComparison.Ordinal);
        var words = new ShellWords(text).Read();
        return FlagsOf(isFlags || (words is [var word, ..] && IsProgram(word)) ? words : ArgumentsOf(ConfigurationDocument.Read(content.Span)));
    }

    /// <summary>Command and arguments of the container that runs the server.</summary>
    private static List<string> ArgumentsOf(JsonValue manifest)
    {
        foreach (var container in Elements(Member(Member(manifest, "spec"), "containers")))
        {
            List<string> words = [.. Texts(Member(container, "command")), .. Texts(Member(container, "args"))];
            if (words.Exists(IsProgram) || (Member(container, "name") is { IsString: true } name && name.Text() == Program))
            {
                return words;
            }
        }

        throw new AuthenticationConfigurationException(
            $"neither a pod with a container that runs {Program} nor a text that begins with {Program} or --");
    }

    private static ImmutableArray<KeyValuePair<string, string>> FlagsOf(List<string> words)
    {
        var flags = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                continue;
            }

            var equals = words[i].IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? words[i][2..] : words[i][2..equals]).Replace('_', '-');
            if (ApiServerFlag.Find(name) is not { } flag)
            {
                continue;
            }

            var value = equals >= 0 ? words[i][(equals + 1)..]
                : flag.Kind == ApiServerFlagKind.Switch ? "true"
                : ++i < words.Count ? words[i]
                : throw new AuthenticationConfigurationException($"flag needs an argument: --{name}");
            flags.Add(KeyValuePair.Create(name, value));
        }

        return flags.ToImmutable();
    }

    private static bool IsProgram(string word) => word == Program || word.EndsWith('/' + Program, StringComparison.Ordinal);

    private static JsonValue? Member(JsonValue? value, string name)
    {
        foreach (var member in value is { IsObject: true } parent ? parent.Members() : [])
        {
            if (member.Name == name && !member.Value.IsNull)
            {
                return member.Value;
            }
        }

        return null;
    }

    private static List<JsonValue> Elements(JsonValue? value) => value is { IsArray: true } list ? list.Elements() : [];

    private static IEnumerable<string> Texts(JsonValue? value) => Elements(value).Where(e => e.IsString).Select(e => e.Text());
}
