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
        var name = result.GetValue(_as) ?? "";
        ImmutableArray<string> groups = [.. result.GetValue(_asGroup) ?? []];
        var uid = result.GetValue(_asUid) ?? "";
        var extra = ExtraOf(result.GetValue(_asUserExtra) ?? []);
        if (name.Length > 0)
        {
            return UserInfo.Impersonated(name, groups, uid, extra);
        }

        if (groups.Length > 0 || uid.Length > 0 || extra.Count > 0)
        {
            throw fallback is null
                ? new CommandException("requesting uid, groups or user-extra without a user: give --as USER as well")
                : new CommandException($"requesting uid, groups or user-extra for {fallback.Name} without impersonating a user");
        }

        return fallback?.User ?? throw new CommandException(
            "nobody asks: say who with --as USER (and --as-group GROUP), as in '--as myuser' or '--as system:serviceaccount:NAMESPACE:NAME'",
            CommandException.BadInput);
    }

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
