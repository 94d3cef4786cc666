using System.Collections.Immutable;
using System.CommandLine;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;

namespace AuthzSim.Cli.Flags;

/// <summary>The flags that say how the server authenticates: kube-apiserver's own, or its manifest that has them.</summary>
internal sealed class AuthenticationServerFlags
{
    private static readonly string[] _shownEverywhere = ["client-ca-file", "token-auth-file", "service-account-key-file"];

    private readonly ImmutableArray<(ApiServerFlag Flag, Option Option)> _flags;
    private readonly Option<string> _manifest = new("--apiserver-manifest")
    {
        Description = "Take the flags from kube-apiserver's static pod manifest or command line; files it names are looked for beside it as well.",
        HelpName = "file",
    };

    private readonly Option<string[]> _keySets = new("--jwks")
    {
        Description = "The keys of an issuer of ID tokens, read from a file instead of its server. Repeatable.",
        HelpName = "issuer=file",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public AuthenticationServerFlags(Command command, bool showsAll)
    {
        _flags = [.. ApiServerFlag.All.Select(f => (f, OptionOf(f)))];
        foreach (var (flag, option) in _flags)
        {
            option.Hidden = !showsAll && !_shownEverywhere.Contains(flag.Name);
            command.Add(option);
        }

        _keySets.Hidden = !showsAll;
        _manifest.Description += showsAll ? "" : $" The server's other flags, which '{AuthzSimCommand.Name} whoami --help' lists, work here, too.";
        command.Add(_manifest);
        command.Add(_keySets);
    }

    /// <summary>True when anything is said of the server.</summary>
    public bool AreGiven(ParseResult result) =>
        result.GetValue(_manifest) is { Length: > 0 } || result.GetValue(_keySets) is { Length: > 0 } || Given(result).Any();

    /// <summary>True when a flag says by what client certificates are verified.</summary>
    /// <exception cref="AuthenticationConfigurationException">The manifest cannot be read.</exception>
    public bool HasClientCa(ParseResult result)
    {
        var ofManifest = result.GetValue(_manifest) is { Length: > 0 } manifest ? Read(manifest) : [];
        return Given(result).Concat(ofManifest).Any(f => f.Key == "client-ca-file");
    }

    /// <summary>The authentication of the server the flags describe.</summary>
    /// <param name="result">The flags.</param>
    /// <param name="cluster">The objects that tokens are checked against.</param>
    /// <param name="time">The clock.</param>
    /// <param name="clientCaFile">What client certificates are verified by when no flag says so; null for nothing.</param>
    /// <exception cref="CommandException">The server would not start like this.</exception>
    public ApiServerAuthentication Build(ParseResult result, ClusterState cluster, TimeProvider time, string? clientCaFile = null)
    {
        try
        {
            var manifest = result.GetValue(_manifest) is { Length: > 0 } path ? path : null;
            var literal = Given(result).Select(f => "--" + f.Key).Append("--jwks").ToHashSet(StringComparer.Ordinal);
            var ofManifest = manifest is null ? [] : Read(manifest).Where(f => !literal.Contains("--" + f.Key));
            var options = ApiServerOptions.FromFlags([.. ofManifest, .. Given(result)]) with { KeySetFiles = KeySetFiles(result) };
            if (options.ClientCaFile.Length == 0 && clientCaFile is not null)
            {
                literal.Add("--client-ca-file");
                options = options with { ClientCaFile = clientCaFile };
            }

            return ApiServerAuthentication.Create(options, cluster, time, new ConfiguredFiles(manifest, literal));
        }
        catch (AuthenticationConfigurationException e)
        {
            throw new CommandException(e.Message, CommandException.BadInput);
        }
    }

    private static ImmutableArray<KeyValuePair<string, string>> Read(string manifest)
    {
        var content = new ConfiguredFiles().Read("--apiserver-manifest", manifest);
        try
        {
            return ApiServerManifest.Read(content);
        }
        catch (AuthenticationConfigurationException e)
        {
            throw new AuthenticationConfigurationException($"--apiserver-manifest {manifest}: {e.Message}", e);
        }
    }

    private static Option OptionOf(ApiServerFlag flag)
    {
        var name = "--" + flag.Name;
        return flag.Kind switch
        {
            ApiServerFlagKind.Switch => new Option<bool>(name) { Description = flag.Description },
            ApiServerFlagKind.Text => new Option<string>(name) { Description = flag.Description, HelpName = "text" },
            ApiServerFlagKind.File => new Option<string>(name) { Description = flag.Description, HelpName = "file" },
            _ => new Option<string[]>(name)
            {
                Description = flag.Description,
                HelpName = flag.Kind == ApiServerFlagKind.List ? "list" : "value",
                Arity = ArgumentArity.ZeroOrMore,
            },
        };
    }

    private IEnumerable<KeyValuePair<string, string>> Given(ParseResult result)
    {
        foreach (var (flag, option) in _flags)
        {
            if (result.GetResult(option) is not { Implicit: false })
            {
                continue;
            }

            string[] values = option switch
            {
                Option<bool> o => [result.GetValue(o) ? "true" : "false"],
                Option<string> o => [result.GetValue(o) ?? ""],
                Option<string[]> o => result.GetValue(o) ?? [],
                _ => [],
            };
            foreach (var value in values)
            {
                yield return KeyValuePair.Create(flag.Name, value);
            }
        }
    }

    private ImmutableSortedDictionary<string, string> KeySetFiles(ParseResult result)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var item in result.GetValue(_keySets) ?? [])
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            files[equals > 0 ? item[..equals] : throw new CommandException(
                "--jwks must be issuer=file, as in '--jwks https://issuer.example=keys.json'", CommandException.BadInput)] = item[(equals + 1)..];
        }

        return files.ToImmutable();
    }
}
