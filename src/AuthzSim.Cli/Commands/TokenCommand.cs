using System.CommandLine;

namespace AuthzSim.Cli.Commands;

/// <summary>What there is to do with tokens of service accounts.</summary>
internal sealed class TokenCommand : Command
{
    public TokenCommand(CommandContext context)
        : base("token", "Make tokens of service accounts, for tests.")
    {
        Add(new TokenCreateCommand(context));
        SetAction(result => new HelpWithExamples().Invoke(result));
    }
}
