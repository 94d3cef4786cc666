using System.Text;
using System.Text.Unicode;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthzSim.Formats.Yaml;

/// <summary>Reads all documents of a YAML file.</summary>
internal static class YamlDocuments
{
    // Of less, most would be read before another thread has begun.
    private const int ReadHere = 1 << 14;

    /// <summary>Reads the documents one after the other; a syntax error ends the file, and is reported.</summary>
    public static void Read(string path, ReadOnlySpan<byte> bytes, ReadingContext context)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        if (FindBadByte(bytes) is { } bad)
        {
            Stop(path, bad.Line, bad.Column, DiagnosticCodes.Encoding, bad.Message, context);
            return;
        }

        var text = Encoding.UTF8.GetString(bytes);
        using var ahead = text.Length > ReadHere && Environment.ProcessorCount > 1 ? new YamlEventsAhead(text) : null;
        var events = ahead ?? (IParser)new YamlEvents(text);
        var output = new JsonOutput();
        var converter = new YamlConverter(events, output, text.Length, context.Progress.Cancellation);
        var line = 1;
        try
        {
            while (events.MoveNext())
            {
                if (events.Current is DocumentStart start)
                {
                    line = (int)start.Start.Line;
                    converter.ConvertDocument();
                    var locator = new MarkLocator(path, output.Marks, shift: 0);
                    new ManifestReader(new JsonWindow(output.Json, locator), context).ReadAll();
                }
            }
        }
        catch (YamlProblemException e)
        {
            Stop(path, e.Line, e.Column, e.Code, e.Message, context);
        }
        catch (YamlException e)
        {
            var (place, message) = YamlTexts.Explain(e, text, line);
            Stop(path, place.Line, place.Column, DiagnosticCodes.Syntax, message, context);
        }
    }

    private static void Stop(string path, int line, int column, string code, string message, ReadingContext context)
    {
        context.Diagnostics.Error(new SourceLocation(path, line, column), code, message + "; what follows cannot be read");
        context.Sink.LeaveOut();
    }

    internal static (int Line, int Column, string Message)? FindBadByte(ReadOnlySpan<byte> bytes)
    {
        var index = bytes.IndexOf((byte)0);
        var message = "a NUL byte is not text: is this a YAML file, saved as UTF-8?";
        if (!Utf8.IsValid(index < 0 ? bytes : bytes[..index]))
        {
            index = 0;
            while (Rune.DecodeFromUtf8(bytes[index..], out _, out var length) == System.Buffers.OperationStatus.Done)
            {
                index += length;
            }

            message = $"byte `0x{bytes[index]:x2}` is not UTF-8 text: save the file as UTF-8";
        }

        if (index < 0)
        {
            return null;
        }

        var before = bytes[..index];
        var column = 1 + Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]);
        return (1 + before.Count((byte)'\n'), column, message);
    }
}
