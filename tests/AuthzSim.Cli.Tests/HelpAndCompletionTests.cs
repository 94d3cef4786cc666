using System.Diagnostics;

namespace AuthzSim.Cli.Tests;

public sealed class HelpAndCompletionTests
{
    public static TheoryData<string> Commands => ["bench", "can-i", "who-can", "explain", "diff", "eval", "validate", "whoami", "completion", "replay", "test", "compare", "lint", "matrix", "usage"];

    public static TheoryData<string> CommandsWithExamples => [.. Commands.Select(c => c.Data), "token create"];

    [Fact]
    public void Without_a_command_there_is_help()
    {
        var help = CommandLine.Run("--help");
        Assert.Equal((0, ""), (help.Exit, help.Stderr));
        Assert.Equal(help, CommandLine.Run());
        Assert.Equal(help, CommandLine.Run("-h"));
        Assert.All(Commands, row => Assert.Matches($"(?m)^  {row.Data} ", help.Stdout));
    }

    [Theory]
    [MemberData(nameof(CommandsWithExamples))]
    public void The_examples_of_each_command_run(string command)
    {
        var help = CommandLine.Run([.. command.Split(' '), "-h"]).Stdout;
        var examples = help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')
            .Select(l => l.Trim()).Where(l => l.StartsWith("authzsim ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var args = example.Split(' ')[1..].Select(a => a.StartsWith("fixtures/", StringComparison.Ordinal) ? Path.Combine(CommandLine.Root, a) : a);
            var outcome = CommandLine.Run([.. args]);
            Assert.True(outcome.Stderr.Length == 0 && outcome.Exit < 2, $"{example}\n{outcome.Stderr}");
            Assert.True(outcome.Stdout.Length > 0, example);
        }
    }

    [Fact]
    public void The_version_names_the_kubernetes_it_answers_for() =>
        Assert.Matches(@"^authzsim \d+\.\d+\.\d+ \(Kubernetes v1\.36\.2\)\n$", CommandLine.Run("--version").Stdout);

    [Theory]
    [InlineData(
        "authzsim ", "bench", "can-i", "compare", "compile", "completion", "diff", "eval", "explain", "generate", "lint", "matrix", "replay", "serve", "test", "token",
        "usage", "validate", "who-can", "whoami")]
    [InlineData("./bin/authzsim c", "can-i", "compare", "compile", "completion")]
    [InlineData("authzsim can-i dele", "delete", "deletecollection")]
    [InlineData("authzsim can-i --as alice get depl", "deployments")]
    [InlineData("authzsim can-i get pods --as-u", "--as-uid", "--as-user-extra")]
    [InlineData("authzsim can-i get pods -o ", "json", "wide", "yaml")]
    [InlineData("authzsim can-i get pods -f ")]
    [InlineData("authzsim completion b", "bash")]
    [InlineData("authzsim token c", "create")]
    [InlineData("authzsim token create --bound-object-kind P", "Pod")]
    [InlineData("authzsim whoami --client-c", "--client-certificate", "--client-ca-file")]
    public void Completion_offers_what_may_follow(string line, params string[] candidates)
    {
        Assert.Equal(candidates, Lines(CommandLine.Run("[suggest]", line)));
        Assert.Equal(candidates, Lines(CommandLine.Run($"[suggest:{line.Length}]", line + "xyz")));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _authzsim authzsim")]
    [InlineData("zsh", "#compdef authzsim")]
    [InlineData("fish", "complete -c authzsim")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName authzsim")]
    public void Each_shell_has_a_script_that_calls_back(string shell, string line)
    {
        var script = CommandLine.Run("completion", shell);
        Assert.Equal((0, ""), (script.Exit, script.Stderr));
        Assert.Contains(line, script.Stdout, StringComparison.Ordinal);
        Assert.Contains("[suggest", script.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_understands_its_script()
    {
        var script = CommandLine.Run("completion", "bash").Stdout;
        var test = script + """

            authzsim() { echo "$1|$2" >&2; printf 'pods\npodtemplates\nsecrets\n'; }
            COMP_LINE='authzsim can-i get po' COMP_POINT=21 COMP_WORDS=(authzsim can-i get po) COMP_CWORD=3
            _authzsim
            echo "${COMPREPLY[@]}"
            """;
        var start = new ProcessStartInfo("bash", ["-e", "-u", "-c", test]) { RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        Assert.Equal("pods podtemplates\n", await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, bash.ExitCode);
    }

    [Theory]
    [InlineData("Shell not specified.")]
    [InlineData("Unsupported shell type \"ksh\".", "ksh")]
    [InlineData("Too many arguments. Expected only the shell type.", "bash", "zsh")]
    public void Other_shells_are_refused(string text, params string[] args) => Assert.Equal(
        new Outcome(1, "", $"error: {text}\nSee 'authzsim completion -h' for help and examples\n"), CommandLine.Run(["completion", .. args]));

    [Fact]
    public void A_full_disk_is_an_error_and_no_crash()
    {
        using var output = new FullWriter();
        using var error = new StringWriter();
        Assert.Equal(2, AuthzSimCommand.Run(["--version"], new CommandContext { Output = output, Error = error }));
        Assert.Equal("error: no space left\n", error.ToString());
    }

    private static string[] Lines(Outcome outcome) => outcome.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private sealed class FullWriter : StringWriter
    {
        public override void Flush() => throw new IOException("no space left");
    }
}
