using System.Collections.Immutable;
using System.CommandLine;
using AuthzSim.Formats;

namespace AuthzSim.Cli.Flags;

/// <summary>The flag that names a file of who is in which groups.</summary>
internal sealed class GroupsFlag
{
    private readonly Option<string> _groups;

    public GroupsFlag(Command command, string description)
    {
        _groups = new Option<string>("--groups") { Description = description, HelpName = "file" };
        command.Add(_groups);
    }

    /// <summary>Each user's groups; nobody's without the flag.</summary>
    /// <exception cref="PolicyFormatException">The file cannot be read.</exception>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Read(ParseResult result) =>
        result.GetValue(_groups) is { Length: > 0 } file
            ? MembershipFile.Read(file)
            : ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;
}
