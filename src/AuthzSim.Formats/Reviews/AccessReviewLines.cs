using AuthzSim.AccessReviews;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Reviews;

/// <summary>
/// Answers JSON Lines of reviews in order, in memory that does not follow their number. A line is the spec of a
/// SubjectAccessReview, answered with the status, or a whole SubjectAccessReview or LocalSubjectAccessReview, answered with
/// the object as the API server echoes it. A line that cannot be answered becomes
/// <c>{"error":"…","code":422,"line":7}</c>, the code being the server's for what it would refuse; blank lines are passed over.
/// </summary>
/// <param name="policy">The policy that answers, after <c>system:masters</c>.</param>
public sealed class AccessReviewLines(CompiledPolicy policy)
{
    /// <summary>The most bytes of a line: what the API server takes as a body (upstream: <c>MaxRequestBodyBytes</c>).</summary>
    public const int MaxLineLength = 3 << 20;

    private const int BatchSize = 4096;
    private const int KnownFieldPaths = 64;

    /// <summary>False to leave the reasons out, which take longer than the decisions.</summary>
    public bool HasReasons { get; init; } = true;

    /// <summary>What to call the input in the places of problems.</summary>
    public string Path { get; init; } = "-";

    /// <summary>Is told how many bytes were read so far, or null.</summary>
    public IProgress<long>? BytesRead { get; init; }

    /// <summary>
    /// Is told of a field the server would ignore or take the last of, with the line; once for each path of a field. Null to
    /// tell nobody.
    /// </summary>
    public Action<long, StrictDecodingError>? FieldIgnored { get; init; }

    /// <summary>Answers all lines.</summary>
    /// <param name="input">The questions.</param>
    /// <param name="output">Takes the answers; not closed.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="IOException">The input cannot be read or the output not written.</exception>
    public AccessReviewTally Answer(Stream input, Stream output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        using var run = new Run(this, policy, output);
        var lines = new LineReader(input, MaxLineLength, BytesRead);
        while (lines.Fill())
        {
            while (lines.TryTake(out var line))
            {
                if (lines.IsTooLong)
                {
                    run.Fail(lines.Number, "", $"Request entity too large: limit is {MaxLineLength}", code: 413);
                }
                else if (line.Span.ContainsAnyExcept(" \t\r"u8))
                {
                    run.Read(line, lines.Number);
                }
            }

            run.Flush();
        }

        return run.Tally;
    }

    private sealed class Run(AccessReviewLines options, CompiledPolicy policy, Stream output) : IDisposable
    {
        private readonly AccessReviewReader _reader = new();
        private readonly AnswerLineWriter _writer = new(output);
        private readonly HashSet<string> _fields = new(StringComparer.Ordinal);
        private readonly RequestAttributes[] _requests = new RequestAttributes[BatchSize];
        private readonly CheckResult[] _results = new CheckResult[BatchSize];
        private readonly Line[] _lines = new Line[BatchSize];
        private int _count;

        public AccessReviewTally Tally { get; private set; } = new(0, 0, 0, "");

        /// <summary>Reads a question into the batch.</summary>
        public void Read(ReadOnlyMemory<byte> line, long number)
        {
            DecodedReview decoded;
            try
            {
                decoded = _reader.Read(line, options.Path, (int)Math.Min(number, int.MaxValue));
            }
            catch (PolicyFormatException e)
            {
                var problem = e.Diagnostics[0];
                Fail(number, problem.Location.Column > 1 ? $"column {problem.Location.Column}: " : "", InLine(problem.Message), code: 0);
                return;
            }

            Note(decoded, number);
            if (decoded.Review is null or { Kind: AccessReviewKind.SelfSubjectAccessReview })
            {
                Fail(number, "", NoQuestion(decoded), code: 0);
            }
            else if (!AccessReviewHandler.TryPrepare(decoded.Review, decoded.Review.Metadata.Namespace, out var review, out var refusal))
            {
                Fail(number, "", refusal.Message, refusal.Code);
            }
            else
            {
                Add(new Line(review, decoded.IsObject), review.Spec.ToAttributes());
            }
        }

        /// <summary>Puts an answer into the batch that is no answer.</summary>
        public void Fail(long number, string place, string message, int code)
        {
            if (Tally.Failed == 0)
            {
                Tally = Tally with { FirstFailedLine = number, FirstFailure = place + message };
            }

            Tally = Tally with { Failed = Tally.Failed + 1 };
            Add(new Line(place + message, code, number), default);
        }

        /// <summary>Decides and writes the batch.</summary>
        public void Flush()
        {
            policy.Check(_requests.AsSpan(0, _count), _results);
            for (var i = 0; i < _count; i++)
            {
                ref readonly var line = ref _lines[i];
                if (line.Review is null)
                {
                    _writer.WriteError(line.Error!, line.Code, line.Number);
                }
                else
                {
                    _writer.WriteAnswer(line.Review, line.IsObject, Answer(line.Review, _requests[i], _results[i]));
                }
            }

            Tally = Tally with { Lines = Tally.Lines + _count };
            _count = 0;
            _writer.Flush();
        }

        public void Dispose() => _writer.Dispose();

        private void Add(Line line, RequestAttributes request)
        {
            _lines[_count] = line;
            _requests[_count++] = request;
            if (_count == BatchSize)
            {
                Flush();
            }
        }

        private AccessReviewStatus Answer(AccessReview review, in RequestAttributes request, CheckResult result)
        {
            if (request.User.Groups.Contains(RbacNames.SystemMasters))
            {
                return AccessReviewStatus.Of(review.Spec, new AuthorizationResult(Decision.Allow, reason: ""));
            }

            return AccessReviewStatus.Of(
                review.Spec,
                options.HasReasons ? policy.Explain(request, result) : new AuthorizationResult(result.Decision, reason: ""));
        }

        private void Note(in DecodedReview decoded, long number)
        {
            foreach (var error in decoded.StrictErrors)
            {
                if (_fields.Count < KnownFieldPaths && _fields.Add(error.ToString()))
                {
                    options.FieldIgnored?.Invoke(number, error);
                }
            }
        }

        private static string NoQuestion(in DecodedReview decoded) => decoded.Review is not null
            ? "a SelfSubjectAccessReview asks about whoever sends it, and here is no sender: ask with a SubjectAccessReview"
            : $"{decoded.Kind} of {(decoded.ApiVersion.Length == 0 ? "no API version" : decoded.ApiVersion)} is no review: "
                + $"SubjectAccessReview and LocalSubjectAccessReview of {AccessReview.ApiVersion} can be answered";

        private static string InLine(string message) => message.StartsWith("the file ends ", StringComparison.Ordinal)
            ? "the line ends in the middle of an object: each object must be on one line"
            : message;
    }

    /// <summary>A question, or why there is none.</summary>
    private readonly record struct Line(AccessReview? Review, bool IsObject, string? Error, int Code, long Number)
    {
        public Line(AccessReview review, bool isObject)
            : this(review, isObject, null, 0, 0)
        {
        }

        public Line(string error, int code, long number)
            : this(null, false, error, code, number)
        {
        }
    }
}

/// <summary>What became of lines of questions; blank ones do not count.</summary>
/// <param name="Lines">How many there were.</param>
/// <param name="Failed">How many of them could not be answered.</param>
/// <param name="FirstFailedLine">The number of the first that could not be answered; 0 when all could.</param>
/// <param name="FirstFailure">Why; <c>""</c> when all could.</param>
public sealed record AccessReviewTally(long Lines, long Failed, long FirstFailedLine, string FirstFailure);
