using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats;
using AuthzSim.Formats.PolicyTests;

namespace AuthzSim.Cli.Commands;

/// <summary>Runs tests of a policy.</summary>
internal sealed class TestCommand : Command, IHasExamples
{
    private const string StandardInput = "-";

    private readonly CommandContext _context;
    private readonly PolicyFlags _policy;
    private readonly Argument<string[]> _tests = new("TESTS")
    {
        HelpName = "tests.yaml | folder | pattern | -",
        Description = "Where the tests are: documents of apiVersion authzsim.io/v1, kind PolicyTest.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "List every case, not only those that failed." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "junit for a CI system, json or yaml.",
        HelpName = "format",
    };

    private readonly Option<string> _run = new("--run") { Description = "Run only the cases whose name matches this regular expression.", HelpName = "regex" };
    private readonly Option<bool> _coverage = new("--coverage") { Description = "Say which bindings and rules no case touches." };
    private readonly Option<string> _minCoverage = new("--min-coverage")
    {
        Description = "Exit 1 when less than this share of bindings and rules is touched.",
        HelpName = "percent",
    };

    private readonly Option<bool> _watch = new("--watch") { Description = "Run again whenever a file of tests or policy changes, until Ctrl-C." };

    public TestCommand(CommandContext context)
        : base(
            "test",
            "Run tests of a policy: who may (allow), who may not (deny), who alone may (only), what nobody ever may (never, proved), and "
            + "what a change gives and takes (changes). Exits 1 when a case fails, 2 when a test cannot be read.")
    {
        _context = context;
        Add(_tests);
        _policy = new PolicyFlags(this);
        Add(_verbose);
        Add(_output);
        Add(_run);
        Add(_coverage);
        Add(_minCoverage);
        Add(_watch);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.JUnit, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Is the shop's policy as its tests say?", "test fixtures/examples/shop-tests -f fixtures/examples/shop"),
        new("Which cases are there about secrets?", "test fixtures/examples/shop-tests -f fixtures/examples/shop -v --run secrets"),
        new("What do the tests leave out?", "test fixtures/examples/shop-tests -f fixtures/examples/shop --coverage"),
        new("For a CI system", "test fixtures/examples/shop-tests -f fixtures/examples/shop -o junit"),
    ];

    public string OutputShape => TestJson.Shape;

    private int Run(ParseResult result)
    {
        var paths = result.GetValue(_tests) is { Length: > 0 } given ? given : throw new CommandException(
            "no tests given: name files or folders, as in 'test tests/ -f policy/'", CommandException.BadInput);
        var readsInput = (paths.Contains(StandardInput), _policy.ReadsStandardInput(result));
        if (readsInput is (true, true))
        {
            throw new CommandException("standard input can be the policy or the tests, not both", CommandException.BadInput);
        }

        var run = new TestRun(
            _context,
            OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.JUnit, OutputFormat.Yaml),
            result.GetValue(_verbose),
            PatternOf(result.GetValue(_run)),
            result.GetValue(_coverage),
            PercentOf(result.GetValue(_minCoverage)));
        if (!result.GetValue(_watch))
        {
            return Once(result, run, paths).Exit;
        }

        return readsInput is (false, false)
            ? Watch(result, run, paths)
            : throw new CommandException("standard input cannot be watched: name files", CommandException.BadInput);
    }

    private (int Exit, IEnumerable<string> ChangeFiles) Once(ParseResult result, TestRun run, string[] paths)
    {
        var loaded = _policy.Load(result, _context);
        var read = PolicyTestReader.Read(paths, new PolicyTestLoadOptions { Mapper = loaded.Mapper, StandardInput = _context.Input });
        foreach (var warning in read.Warnings)
        {
            _context.Warn(warning.ToString());
        }

        return (run.Run(loaded.Policy, read.Tests), read.ChangeFiles);
    }

    private int Watch(ParseResult result, TestRun run, string[] paths)
    {
        var interruption = _context.Interruption();
        IEnumerable<string> changeFiles = [];
        while (true)
        {
            string[] watched = [.. paths, .. _policy.PathsOf(result), .. changeFiles];
            var before = FileStamps.Of(watched);
            int exit;
            try
            {
                (exit, changeFiles) = Once(result, run, paths);
            }
            catch (Exception e) when (AuthzSimCommand.IsForUser(e))
            {
                exit = AuthzSimCommand.Report(e, _context);
            }

            // Files that a change names are known only now.
            string[] all = [.. paths, .. _policy.PathsOf(result), .. changeFiles];
            before = all.SequenceEqual(watched, StringComparer.Ordinal) ? before : FileStamps.Of(all);
            _context.Output.Flush();
            _context.Error.Write($"watching {before.Count} files; Ctrl-C ends\n");
            _context.Error.Flush();
            if (FileWatch.WaitForChange(all, before, interruption) is null)
            {
                return exit;
            }

            _context.Output.Write(_context.IsOutputTerminal ? "\e[H\e[2J" : "\n");
        }
    }

    private static Regex? PatternOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CommandException($"--run: {e.Message}", CommandException.BadInput);
        }
    }

    private static double? PercentOf(string? text) => string.IsNullOrEmpty(text) ? null
        : double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent
        : throw new CommandException($"--min-coverage: `{text}` is no percentage: write a number from 0 to 100", CommandException.BadInput);
}
