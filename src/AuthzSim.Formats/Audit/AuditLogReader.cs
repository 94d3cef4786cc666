using System.Collections.Immutable;
using System.IO.Compression;
using AuthzSim.Audit;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// Reads the events of audit logs (<c>audit.k8s.io/v1</c>) one by one, in memory that follows the largest event: JSON Lines, or
/// events, an <c>EventList</c>, a <c>List</c> or an array in any layout; zipped or not, which the first bytes tell. Users, texts
/// and actions that come again are shared between events. JSON Lines are read on all cores, and come in order all the same. Not
/// safe to share between threads.
/// </summary>
/// <remarks>
/// .NET notices the end of an archive that is cut off only under the runtime option
/// <c>System.IO.Compression.UseStrictValidation</c>; without it the events before are taken for all.
/// </remarks>
public sealed class AuditLogReader
{
    /// <summary>The most bytes of one event.</summary>
    public const int MaxEventLength = 1 << 28;

    private const int EventsPerReport = 1024;

    private readonly AuditLogOptions _options;
    private readonly AuditProblems _problems;
    private readonly AuditDecoders _decoders = new();
    private long _bytesOfFilesRead;
    private PrefixedStream? _current;

    /// <summary>Makes a reader.</summary>
    /// <param name="paths">
    /// Files, folders (all below that are named like logs), patterns with <c>*</c>, <c>?</c> and <c>**</c>, and <c>-</c> for
    /// standard input. A file named twice is read once. Paths are read in the order given, and the files that one path means log by
    /// log in the order they were written: rotated ones by the time in their name or from the highest number down, the one without
    /// either last.
    /// </param>
    /// <param name="options">How to read.</param>
    /// <exception cref="PolicyFormatException">A path does not exist or means no file.</exception>
    /// <exception cref="ArgumentException"><c>-</c> is given without <see cref="AuditLogOptions.StandardInput"/>.</exception>
    public AuditLogReader(IEnumerable<string> paths, AuditLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _problems) = (options, new AuditProblems(options.SkipInvalid));
        Files = [.. AuditLogFiles.Expand(paths)];
        if (options.StandardInput is null && Files.Contains(InputPaths.StandardInput))
        {
            throw new ArgumentException("the path `-` needs AuditLogOptions.StandardInput", nameof(paths));
        }
    }

    /// <summary>The files in the order in which they are read.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>How many bytes were read so far, as they lie in the files.</summary>
    public long BytesRead => _bytesOfFilesRead + (_current?.BytesRead ?? 0);

    /// <summary>How many bytes there are; null when that is unknown, as of standard input.</summary>
    public long? TotalBytes => Files.All(File.Exists) && Files.Select(f => new FileInfo(f).Length).Sum() is > 0 and var sum ? sum : null;

    /// <summary>How many events, or stretches that hold none, were left out so far.</summary>
    public long Skipped => _problems.Count;

    /// <summary>Why the first twenty were left out.</summary>
    public ImmutableArray<Diagnostic> Problems => [.. _problems.Kept];

    /// <summary>Reads all events. To be called once.</summary>
    /// <exception cref="PolicyFormatException">
    /// A file cannot be opened or read; or, unless <see cref="AuditLogOptions.SkipInvalid"/>, an event cannot.
    /// </exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public IEnumerable<AuditEvent> Read()
    {
        foreach (var path in Files)
        {
            using var file = path == InputPaths.StandardInput ? null : Open(path);
            using var raw = Peek(path, file ?? _options.StandardInput!, size: 2, out var magic);
            using var zipped = magic is [0x1f, 0x8b] ? new GZipStream(raw, CompressionMode.Decompress, leaveOpen: true) : null;
            using var text = Peek(path, zipped ?? (Stream)raw, AuditFraming.HeadSize, out var head);
            _current = raw;
            var source = SourceOf(path, text, head);
            for (var count = 1; Next(path, source) is { } @event; count++)
            {
                if (count % EventsPerReport == 0)
                {
                    _options.CancellationToken.ThrowIfCancellationRequested();
                    _options.BytesRead?.Report(BytesRead);
                }

                yield return @event;
            }

            _bytesOfFilesRead += raw.BytesRead;
            _current = null;
            _options.BytesRead?.Report(BytesRead);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(path, e);
        }
    }

    private static PolicyFormatException CannotRead(string path, Exception e) => new(
        [new Diagnostic(new SourceLocation(path, 0, 0), DiagnosticSeverity.Error, DiagnosticCodes.CannotRead, $"cannot read the file: {PolicyFiles.Reason(e)}")]);

    private PrefixedStream Peek(string path, Stream stream, int size, out byte[] head)
    {
        var buffer = new byte[size];
        var length = 0;
        try
        {
            length = stream.ReadAtLeast(buffer, size, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            Damaged(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(path, e);
        }

        head = buffer[..length];
        return new PrefixedStream(head, stream);
    }

    private AuditSource? SourceOf(string path, Stream text, byte[] head)
    {
        if (AuditFraming.IsLines(head))
        {
            return new AuditLines(text, path, _decoders, _problems);
        }

        var locator = new TextLocator(path, line: 1, column: 1);
        try
        {
            return new AuditDocuments(new JsonWindow(text, locator, progress: null, JsonWindow.DefaultSize), _decoders.Take(), _problems);
        }
        catch (UnreadableInputException e)
        {
            _problems.Add(locator.At(e.Index), e.Code, e.Message + "; what follows cannot be read");
            return null;
        }
    }

    private AuditEvent? Next(string path, AuditSource? source)
    {
        try
        {
            return source?.Next();
        }
        catch (InvalidDataException e)
        {
            Damaged(path, e);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(path, e);
        }
    }

    private void Damaged(string path, InvalidDataException e) => _problems.Add(
        new SourceLocation(path, 0, 0), DiagnosticCodes.CannotRead, $"the gzip data is damaged or cut off: {e.Message.TrimEnd('.')}; what follows cannot be read");
}
