using System.Collections.Immutable;
using AuthzSim.Formats.Yaml;
using AuthzSim.Rbac;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AuthzSim.Formats;

/// <summary>Who is in which groups, as a mapping of users to lists of groups: <c>alice: [dev, ops]</c>. YAML or JSON.</summary>
public static class MembershipFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Each user's groups; a user named twice is an error.</returns>
    /// <exception cref="PolicyFormatException">The file cannot be read, or is not such a mapping.</exception>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var reader = new StreamReader(path);
            return Read(reader, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Problem(new SourceLocation(path, 0, 0), DiagnosticCodes.NoSuchFile, "no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problem(new SourceLocation(path, 0, 0), DiagnosticCodes.CannotRead, $"cannot read the file: {e.Message}");
        }
    }

    /// <summary>Reads from text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="path">What errors call it.</param>
    /// <returns>Each user's groups.</returns>
    /// <exception cref="PolicyFormatException">The text is not such a mapping.</exception>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> Read(TextReader reader, string path)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var result = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        var text = reader.ReadToEnd();
        var parser = new YamlEvents(text);
        try
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<DocumentStart>(out _))
            {
                ReadMapping(parser, path, result);
                parser.Consume<DocumentEnd>();
            }

            parser.Consume<StreamEnd>();
            return result.ToImmutable();
        }
        catch (YamlProblemException e)
        {
            throw Problem(new SourceLocation(path, e.Line, e.Column), e.Code, e.Message);
        }
        catch (YamlException e) when (e is SyntaxErrorException or SemanticErrorException)
        {
            var (place, message) = YamlTexts.Explain(e, text, documentLine: 1);
            throw Problem(new SourceLocation(path, place.Line, place.Column), DiagnosticCodes.Syntax, message);
        }
        catch (YamlException e)
        {
            throw Problem(
                new SourceLocation(path, (int)e.Start.Line, (int)e.Start.Column),
                DiagnosticCodes.Syntax,
                "expected one mapping of users to lists of groups, such as `alice: [dev, ops]`");
        }
    }

    private static void ReadMapping(YamlEvents parser, string path, ImmutableSortedDictionary<string, ImmutableArray<string>>.Builder result)
    {
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var user = parser.Consume<Scalar>();
            var groups = ImmutableArray.CreateBuilder<string>();
            parser.Consume<SequenceStart>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                groups.Add(parser.Consume<Scalar>().Value);
            }

            if (!result.TryAdd(user.Value, groups.DrainToImmutable()))
            {
                throw Problem(
                    new SourceLocation(path, (int)user.Start.Line, (int)user.Start.Column),
                    DiagnosticCodes.DuplicateField,
                    $"`{user.Value}` is listed twice: give all groups in one list");
            }
        }
    }

    private static PolicyFormatException Problem(SourceLocation location, string code, string message) =>
        new([new Diagnostic(location, DiagnosticSeverity.Error, code, message)]);
}
