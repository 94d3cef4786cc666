using System.CommandLine;

namespace AuthzSim.Cli.Commands;

/// <summary>Prints a script that teaches a shell the program's commands and flags.</summary>
internal sealed class CompletionCommand : Command, IHasExamples
{
    private const string Bash =
        """
        _authzsim() {
            local IFS=$'\n'
            local candidates
            candidates=$(authzsim "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            COMPREPLY=($(compgen -W "$candidates" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _authzsim authzsim

        """;

    private const string Zsh =
        """
        #compdef authzsim
        _authzsim() {
            local -a candidates
            candidates=("${(@f)$(authzsim '[suggest]' "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
            compadd -a candidates || _files
        }
        compdef _authzsim authzsim

        """;

    private const string Fish =
        """
        complete -c authzsim -a "(authzsim '[suggest]' (commandline -cp | string collect) 2>/dev/null)"

        """;

    private const string PowerShell =
        """
        Register-ArgumentCompleter -Native -CommandName authzsim -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $line = $commandAst.ToString().PadRight($cursorPosition)
            authzsim "[suggest:$cursorPosition]" $line 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    private readonly CommandContext _context;
    private readonly Argument<string[]> _shell = new("shell")
    {
        HelpName = "bash | zsh | fish | pwsh",
        Description = "The shell.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public CompletionCommand(CommandContext context)
        : base("completion", "Print a script that completes commands and flags in a shell.")
    {
        _context = context;
        Add(_shell);
        _shell.CompletionSources.Add("bash", "zsh", "fish", "pwsh");
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("In bash, for this session: source <(authzsim completion bash)", "completion bash"),
        new("In zsh: source <(authzsim completion zsh)", "completion zsh"),
        new("In fish: authzsim completion fish > ~/.config/fish/completions/authzsim.fish", "completion fish"),
        new("In PowerShell: authzsim completion pwsh | Out-String | Invoke-Expression", "completion pwsh"),
    ];

    private int Run(ParseResult result)
    {
        var script = result.GetValue(_shell) switch
        {
            null or [] => throw Usage("Shell not specified."),
            ["bash"] => Bash,
            ["zsh"] => Zsh,
            ["fish"] => Fish,
            ["pwsh" or "powershell"] => PowerShell,
            [var other] => throw Usage($"Unsupported shell type \"{other}\"."),
            _ => throw Usage("Too many arguments. Expected only the shell type."),
        };
        _context.Output.Write(script);
        return 0;
    }

    private CommandException Usage(string text) => new($"{text}\nSee '{AuthzSimCommand.Name} {Name} -h' for help and examples");
}
