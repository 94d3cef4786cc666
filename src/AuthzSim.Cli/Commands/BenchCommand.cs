using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AuthzSim.Analysis;
using AuthzSim.Cli.Benchmarks;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Commands;

/// <summary>How fast a policy is answered for here, and what it costs an API server.</summary>
internal sealed class BenchCommand : Command, IHasExamples
{
    /// <summary>The reference walks every binding for every request, so a large policy gets a smaller sample.</summary>
    private const long ReferenceSteps = 400_000_000;
    private const int MostRequests = 4096;
    private const int FewestRequests = 1024;

    private readonly CommandContext _context;
    private readonly PolicyFlags _policy;
    private readonly Option<string> _requests = new("--requests")
    {
        Description = "Take the requests from a file instead of drawing them: SubjectAccessReviews or their specs, one a line, or "
            + "an audit log. Of a long file a sample is taken, spread evenly.",
        HelpName = "file",
    };

    private readonly Option<string> _duration = new("--duration")
    {
        Description = "How long to measure, such as 500ms, 5s or 1m; loading and checking answers come on top. (default 5s)",
        HelpName = "duration",
    };

    private readonly Option<string> _seed = new("--seed") { Description = "Another number, other requests drawn. (default 1)", HelpName = "number" };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "table, json or yaml; json has every figure, with stable names.",
        HelpName = "format",
    };

    public BenchCommand(CommandContext context)
        : base(
            "bench",
            "Measure a policy: how fast it is answered for here, and what its bindings cost an API server, which walks them one by one. "
            + "Checks every answer against the reference evaluator first; a wrong one exits 2. Calls too short for the clock are timed in "
            + "batches of up to 64, less what reading the clock costs, so a percentile is over batches.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        Add(_requests);
        Add(_duration);
        Add(_seed);
        Add(_output);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Table, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("How fast is my policy answered for, and what would make it cheaper for the API server?", "bench -f fixtures/examples/shop --duration 500ms"),
        new("The same figures for a script", "bench -f fixtures/examples/shop --duration 500ms -o json"),
    ];

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Table, OutputFormat.Yaml);
        var duration = DurationSyntax.Parse(result.GetValue(_duration) is { Length: > 0 } given ? given : "5s", "duration");
        var seed = SeedOf(result.GetValue(_seed));
        var start = Stopwatch.GetTimestamp();
        var policy = _policy.Load(result, _context).Policy;
        var load = Stopwatch.GetElapsedTime(start);
        var count = (int)Math.Clamp(ReferenceSteps / (policy.ClusterRoleBindings.Length + policy.RoleBindings.Length + 1), FewestRequests, MostRequests);
        RequestAttributes[] requests = result.GetValue(_requests) is { Length: > 0 } file
            ? RequestFile.Read(file, count)
            : [.. RequestSampler.Draw(policy, count, seed)];
        BenchmarkResult? measured;
        string? difference;
        using (var progress = new BenchmarkProgress(_context))
        {
            measured = new Benchmark(policy, load, requests, duration, progress).Run(out difference);
        }

        if (measured is null)
        {
            throw new CommandException($"wrong answer, which is a bug; nothing was measured. {difference}", CommandException.BadInput);
        }

        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            ObjectPrinter.Print(BenchmarkJson.Of(measured), format, _context.Output);
        }
        else
        {
            new BenchmarkTables(_context).Write(measured);
        }

        return 0;
    }

    private static ulong SeedOf(string? text) =>
        string.IsNullOrEmpty(text) ? 1
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed
        : throw new CommandException($"invalid argument \"{text}\" for \"--seed\" flag: a number from 0 is needed");
}
