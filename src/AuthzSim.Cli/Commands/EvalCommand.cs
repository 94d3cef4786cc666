using System.CommandLine;
using System.IO.Compression;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats;
using AuthzSim.Formats.Reviews;
using AuthzSim.Writes;

namespace AuthzSim.Cli.Commands;

/// <summary>Answers many reviews, one a line.</summary>
internal sealed class EvalCommand : Command, IHasExamples
{
    private const string StandardInput = "-";

    private readonly CommandContext _context;
    private readonly PolicyFlags _policy;
    private readonly Argument<string?> _requests = new("REQUESTS")
    {
        HelpName = "requests.jsonl | -",
        Description = "JSON Lines, gzipped when the name ends in .gz; - is standard input. A line is the spec of a SubjectAccessReview, "
            + "answered with its status, or a whole SubjectAccessReview or LocalSubjectAccessReview, answered with the whole object.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _noReason = new("--no-reason")
    {
        Description = "Leave out the reasons, which take longer to find than the decisions.",
    };

    public EvalCommand(CommandContext context)
        : base(
            "eval",
            "Answer SubjectAccessReviews, one a line, in order and as the API server would. A line that cannot be answered becomes "
            + "{\"error\": ..., \"line\": N}, with the server's status code where it would refuse, and makes the exit code 2.")
    {
        _context = context;
        Add(_requests);
        _policy = new PolicyFlags(this);
        Add(_noReason);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("What would the server answer to each of these?", "eval fixtures/examples/requests.jsonl -f fixtures/examples/read-pods"),
        new("The bare decisions, as fast as they can be read", "eval fixtures/examples/requests.jsonl -f fixtures/examples/read-pods --no-reason"),
    ];

    private int Run(ParseResult result)
    {
        var path = result.GetValue(_requests) ?? throw new CommandException(
            "no requests given: name a file of JSON Lines, or read standard input with '-'", CommandException.BadInput);
        if (path == StandardInput && _policy.ReadsStandardInput(result))
        {
            throw new CommandException("standard input can be the policy or the requests, not both", CommandException.BadInput);
        }

        var policy = _policy.LoadCompiled(result, _context);
        using var progress = new ReadingProgress(_context, "requests");
        var lines = new AccessReviewLines(policy)
        {
            Path = path,
            HasReasons = !result.GetValue(_noReason),
            BytesRead = _context.IsOutputTerminal ? null : progress,
            FieldIgnored = (line, error) => _context.Warn($"line {line}: {Words(error)}"),
        };
        var tally = Answer(lines, path);
        if (tally.Failed == 0)
        {
            return 0;
        }

        progress.Dispose();
        _context.Error.Write($"error: {Count(tally.Failed)} of {tally.Lines} could not be answered; line {tally.FirstFailedLine}: {tally.FirstFailure}\n");
        return CommandException.BadInput;
    }

    private AccessReviewTally Answer(AccessReviewLines lines, string path)
    {
        if (path == StandardInput)
        {
            return OutputStream.Use(_context.Output, output => lines.Answer(_context.Input, output));
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            using var unzipped = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true)
                : null;
            return OutputStream.Use(_context.Output, output => lines.Answer(unzipped ?? (Stream)file, output));
        }
        catch (InvalidDataException e)
        {
            throw new CommandException($"cannot read {path}: {e.Message}", CommandException.BadInput);
        }
    }

    private static string Words(StrictDecodingError error) =>
        error.IsDuplicate ? BodyDecoding.DuplicateField(error.Path) : BodyDecoding.UnknownField(error.Path);

    private static string Count(long count) => count == 1 ? "1 line" : $"{count} lines";
}
