using System.Text;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Tests;

/// <summary>Runs the program in process, from the root of the checkout.</summary>
internal static class CommandLine
{
    public static string Root { get; } = FindRoot();

    public static string ReadPods { get; } = Path.Combine(Root, "fixtures", "examples", "read-pods", "read-pods.yaml");

    public static string Shop { get; } = Path.Combine(Root, "fixtures", "examples", "shop");

    public static string People { get; } = Path.Combine(Root, "fixtures", "people.yaml");

    public static string Cluster { get; } = Path.Combine(Root, "fixtures", "conformance", "cluster.json");

    public static Outcome Run(params string[] args) => Run(new Surroundings(), args);

    public static Outcome Run(Surroundings surroundings, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = AuthzSimCommand.Run(args, new CommandContext
        {
            Input = new MemoryStream(Encoding.UTF8.GetBytes(surroundings.Input)),
            Output = output,
            Error = error,
            IsOutputTerminal = surroundings.IsTerminal,
            IsErrorTerminal = surroundings.IsTerminal,
            TerminalWidth = () => 120,
            EnvironmentVariable = name => surroundings.Variables.GetValueOrDefault(name),
            DefaultIdentity = surroundings.Default,
        });
        return new Outcome(exit, output.ToString(), error.ToString());
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AuthzSim.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run inside a checkout");
        }

        return folder.FullName;
    }
}

internal sealed record Surroundings(string Input = "", bool IsTerminal = false, DefaultIdentity? Default = null)
{
    public static DefaultIdentity Admin { get; } = new("a", UserInfo.Of("admin", "system:masters", "system:authenticated"));

    public Dictionary<string, string> Variables { get; init; } = [];
}

internal sealed record Outcome(int Exit, string Stdout, string Stderr);
