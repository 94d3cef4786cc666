using System.Collections.Immutable;
using System.CommandLine;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Flags;

/// <summary>The flags that say who asks, as kubectl's impersonation flags do.</summary>
internal sealed class IdentityFlags
{
    private readonly Option<string> _as = new("--as")
    {
        Description = "Who asks: a user, or system:serviceaccount:NAMESPACE:NAME.",
        HelpName = "user",
    };

    private readonly Option<string[]> _asGroup = new("--as-group")
    {
        Description = "A group of that user. Repeatable.",
        HelpName = "group",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _asUid = new("--as-uid") { Description = "The user's UID.", HelpName = "uid" };

    private readonly Option<string[]> _asUserExtra = new("--as-user-extra")
    {
        Description = "An extra attribute of the user, key=value. Repeatable; repeated keys add up.",
        HelpName = "key=value",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public IdentityFlags(Command command)
    {
        command.Add(_as);
        command.Add(_asGroup);
        command.Add(_asUid);
        command.Add(_asUserExtra);
    }

    /// <summary>The user who asks (upstream: <c>client-go/tools/clientcmd/validation.go</c> and the server's impersonation).</summary>
    /// <exception cref="CommandException">Nobody was named, or attributes of nobody.</exception>
    public UserInfo Resolve(ParseResult result, DefaultIdentity? fallback)
    {
        var wanted = Wanted(result);
        if (wanted.Name.Length > 0)
        {
            return UserInfo.Impersonated(wanted.Name, wanted.Groups, wanted.Uid, wanted.Extra);
        }

        return HasAttributes(wanted)
            ? throw NobodyNamed(fallback?.Name)
            : fallback?.User ?? throw new CommandException(
                "nobody asks: say who with --as USER (and --as-group GROUP), as in '--as myuser' or '--as system:serviceaccount:NAMESPACE:NAME'",
                CommandException.BadInput);
    }

    /// <summary>The user exactly as the flags say, with an empty name when none was given.</summary>
    public UserInfo Wanted(ParseResult result) => new()
    {
        Name = result.GetValue(_as) ?? "",
        Groups = [.. result.GetValue(_asGroup) ?? []],
        Uid = result.GetValue(_asUid) ?? "",
        Extra = ExtraOf(result.GetValue(_asUserExtra) ?? []),
    };

    /// <summary>True when anything but a name was given.</summary>
    public static bool HasAttributes(UserInfo wanted) => wanted.Groups.Length > 0 || wanted.Uid.Length > 0 || wanted.Extra.Count > 0;

    /// <summary>The error of attributes of nobody.</summary>
    /// <param name="entry">The name of the caller's kubeconfig entry; null without one.</param>
    public static CommandException NobodyNamed(string? entry) => entry is null
        ? new CommandException("requesting uid, groups or user-extra without a user: give --as USER as well")
        : new CommandException($"requesting uid, groups or user-extra for {entry} without impersonating a user");

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> ExtraOf(string[] items)
    {
        var extra = UserInfo.NoExtra.ToBuilder();
        foreach (var item in items)
        {
            if (item.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                var key = item[..equals].ToLowerInvariant(); // it travels as the name of a header
                extra[key] = [.. extra.GetValueOrDefault(key, []), item[(equals + 1)..]];
            }
        }

        return extra.ToImmutable();
    }
}
