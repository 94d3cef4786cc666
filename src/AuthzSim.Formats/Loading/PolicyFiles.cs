using System.Buffers;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.Formats.Yaml;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Loading;

/// <summary>Opens files and hands them to the reader of their format.</summary>
internal sealed class PolicyFiles(ReadingContext context, PolicyLoadOptions options)
{
    private const int CopyBuffer = 1 << 20;

    /// <summary>Blanks and the bytes of a byte order mark.</summary>
    private static readonly SearchValues<byte> _blankBytes = SearchValues.Create([.. " \t\r\n"u8, 0xEF, 0xBB, 0xBF]);

    public int Count { get; private set; }

    /// <summary>True when a snapshot was among the files: it brought a whole policy, its defaults included or left out.</summary>
    public bool HasSnapshot { get; private set; }

    /// <summary>True when one of the snapshots has the default policy in it.</summary>
    public bool HasDefaultPolicy { get; private set; }

    /// <summary>Reads one file or standard input; a file that cannot be opened is reported.</summary>
    public void Read(string path)
    {
        try
        {
            if (path == InputPaths.StandardInput)
            {
                var input = options.StandardInput
                    ?? throw new ArgumentException("the path `-` needs PolicyLoadOptions.StandardInput", nameof(path));
                ReadUnknown(path, input);
            }
            else
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
                ReadFile(path, file);
            }

            Count++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Diagnostics.Error(new SourceLocation(path, 0, 0), DiagnosticCodes.CannotRead, $"cannot read the file: {Reason(e)}");
            context.Sink.LeaveOut();
        }
    }

    /// <summary>Why a file cannot be read.</summary>
    public static string Reason(Exception e) => e is UnauthorizedAccessException ? "permission denied" : e.Message.TrimEnd('.');

    private void ReadFile(string path, FileStream file)
    {
        if (!file.CanSeek)
        {
            ReadUnknown(path, file);
        }
        else if (PolicySnapshot.IsSnapshot(file))
        {
            ReadSnapshot(path, file);
        }
        else if (InputPaths.IsJson(path))
        {
            ReadJson(path, file);
        }
        else
        {
            ReadYaml(path, file, file.Length);
        }
    }

    /// <summary>Standard input is JSON when it begins with a brace or bracket.</summary>
    private void ReadUnknown(string path, Stream input)
    {
        var head = new byte[4096];
        var length = input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var first = head.AsSpan(0, length).IndexOfAnyExcept(_blankBytes);
        using var whole = new PrefixedStream(head.AsMemory(0, length), input);
        if (PolicySnapshot.IsSnapshot(head.AsSpan(0, length)))
        {
            ReadSnapshot(path, whole);
        }
        else if (first >= 0 && head[first] is (byte)'{' or (byte)'[')
        {
            ReadJson(path, whole);
        }
        else
        {
            ReadYaml(path, whole, length);
        }
    }

    /// <summary>A snapshot is read whole or not at all: there is no document to skip in it.</summary>
    private void ReadSnapshot(string path, Stream stream)
    {
        var snapshot = PolicySnapshot.Open(stream, path);
        if (snapshot.IncludesDefaultPolicy && !options.IncludeDefaultPolicy)
        {
            throw PolicySnapshot.Refuse(path, "the snapshot was compiled with the default policy, which cannot be left out now: compile it again without");
        }

        context.Progress.Add(snapshot.Size);
        context.Sink.Add(snapshot.ToPolicySet());
        HasSnapshot = true;
        HasDefaultPolicy |= snapshot.IncludesDefaultPolicy;
    }

    private void ReadJson(string path, Stream stream)
    {
        var locator = new TextLocator(path, line: 1, column: 1);
        JsonWindow window;
        try
        {
            window = new JsonWindow(stream, locator, context.Progress, options.WindowSize);
        }
        catch (UnreadableInputException e)
        {
            context.Diagnostics.Error(locator.At(e.Index), e.Code, e.Message + "; what follows cannot be read");
            context.Sink.LeaveOut();
            return;
        }

        new ManifestReader(window, context).ReadAll();
    }

    private void ReadYaml(string path, Stream stream, long expectedLength)
    {
        using var bytes = new MemoryStream((int)Math.Min(expectedLength, Array.MaxLength));
        var buffer = new byte[Math.Clamp(expectedLength, 1 << 12, CopyBuffer)];
        while (stream.Read(buffer) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            context.Progress.Add(read);
        }

        YamlDocuments.Read(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), context);
    }
}
