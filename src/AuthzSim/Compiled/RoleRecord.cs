using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// A role as it was given, in bytes: hardly any check needs it, and as objects the roles would take more than all their
/// bindings. Its rules are made when a reason or a list of rules asks for them.
/// </summary>
internal readonly struct RoleRecord
{
    private const int KeyBuffer = 128;

    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly Rare? _rare;

    /// <param name="bytes">Has the record, as <see cref="Write"/> writes it.</param>
    /// <param name="start">Where it starts.</param>
    /// <param name="metadata">The role's metadata when there is more than names to it.</param>
    /// <param name="aggregation">The role's aggregation rule.</param>
    public RoleRecord(byte[] bytes, int start, ObjectMeta? metadata, AggregationRule? aggregation)
    {
        (_bytes, _start) = (bytes, start);
        _rare = metadata is null && aggregation is null ? null : new Rare(metadata, aggregation);
    }

    /// <summary>The text under which the role is found; see <see cref="RoleKey"/>.</summary>
    public string Key
    {
        get
        {
            var buffer = new char[KeyBuffer];
            return KeyIn(ref buffer).ToString();
        }
    }

    /// <summary>The record of a role.</summary>
    /// <param name="source">The role.</param>
    /// <param name="vocabulary">Has the names in its rules.</param>
    /// <param name="pathId">The number of a path, -1 for none.</param>
    public static RoleRecord Of(RbacRole source, Vocabulary vocabulary, Func<string?, int> pathId)
    {
        var writer = new RecordWriter();
        Write(writer, source, vocabulary, pathId);
        var metadata = RowMapping.HasMoreThanNames(source.Metadata) ? source.Metadata : null;
        return new RoleRecord(writer.Written.ToArray(), 0, metadata, (source as ClusterRole)?.AggregationRule);
    }

    /// <summary>Writes a role without what hardly any has.</summary>
    public static void Write(RecordWriter writer, RbacRole source, Vocabulary vocabulary, Func<string?, int> pathId)
    {
        writer.Clear();
        writer.Number(source.IsNamespaced ? 1 : 0);
        writer.Text(source.Metadata.Namespace);
        writer.Text(source.Metadata.Name);
        writer.Location(RowMapping.LocationOf(source.Location, pathId));
        writer.Number(source.Rules.Length);
        foreach (var rule in source.Rules)
        {
            WriteIds(writer, rule.Verbs, vocabulary.Verbs);
            WriteIds(writer, rule.ApiGroups, vocabulary.ApiGroups);
            WriteIds(writer, rule.Resources, vocabulary.Resources);
            writer.Texts(rule.ResourceNames.AsSpan());
            writer.Texts(rule.NonResourceUrls.AsSpan());
            writer.Location(RowMapping.LocationOf(rule.Location, pathId));
        }
    }

    /// <summary>True when bytes are the record of a role of this sort, with names of this vocabulary and so many paths.</summary>
    public static bool IsSound(ReadOnlySpan<byte> bytes, bool isNamespaced, Vocabulary vocabulary, int paths)
    {
        var record = new RecordCheck(bytes);
        var isOther = record.Number() != (isNamespaced ? 1 : 0);
        record.Text();
        record.Text();
        record.Location(paths);
        for (var left = record.Count(); left > 0; left--)
        {
            record.Ids(vocabulary.Verbs.Count);
            record.Ids(vocabulary.ApiGroups.Count);
            record.Ids(vocabulary.Resources.Count);
            record.Texts();
            record.Texts();
            record.Location(paths);
        }

        return record.IsSound && !isOther;
    }

    /// <summary>The key in a buffer, which grows when it is too small.</summary>
    public ReadOnlySpan<char> KeyIn(ref char[] buffer)
    {
        var reader = Reader();
        var isNamespaced = reader.Number() != 0;
        var end = RoleKey.HeadLength;
        if (isNamespaced)
        {
            end = reader.TextTo(ref buffer, end);
        }
        else
        {
            reader.SkipText();
        }

        RoleKey.WriteHead(buffer, isNamespaced, end - RoleKey.HeadLength);
        end = reader.TextTo(ref buffer, end);
        return buffer.AsSpan(0, end);
    }

    /// <summary>The rules in ids, one behind the other.</summary>
    public RecordReader ReadRules(out int count)
    {
        var reader = Reader();
        reader.Number();
        reader.SkipText();
        reader.SkipText();
        reader.Location();
        count = reader.Number();
        return reader;
    }

    /// <summary>The role, made anew at each call.</summary>
    public RbacRole ToRole(PolicyTables tables) => ToRole(tables.Vocabulary, tables.Paths.AsSpan());

    /// <summary>The role, whose rules have the names of a vocabulary and whose locations have these paths.</summary>
    public RbacRole ToRole(Vocabulary vocabulary, ReadOnlySpan<string> paths)
    {
        var reader = Reader();
        var isNamespaced = reader.Number() != 0;
        var (@namespace, name) = (reader.Text(), reader.Text());
        var metadata = _rare?.Metadata is { } more
            ? more with { Namespace = @namespace, Name = name }
            : new ObjectMeta { Namespace = @namespace, Name = name };
        var location = RowMapping.LocationOf(paths, reader.Location());
        var rules = RulesOf(ref reader, vocabulary, paths);
        return isNamespaced
            ? new Role { Metadata = metadata, Location = location, Rules = rules }
            : new ClusterRole { Metadata = metadata, Location = location, Rules = rules, AggregationRule = _rare?.AggregationRule };
    }

    private RecordReader Reader() => new(_bytes.AsSpan(_start));

    private static void WriteIds(RecordWriter writer, ImmutableArray<string> names, NameTable<Word> words)
    {
        writer.Number(names.Length);
        foreach (var name in names)
        {
            writer.Number(words.IdOf(name));
        }
    }

    private static ImmutableArray<PolicyRule> RulesOf(ref RecordReader reader, Vocabulary vocabulary, ReadOnlySpan<string> paths)
    {
        var count = reader.Number();
        var rules = count == 0 ? [] : new PolicyRule[count];
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] = new PolicyRule
            {
                Verbs = WordsOf(ref reader, vocabulary.Verbs),
                ApiGroups = WordsOf(ref reader, vocabulary.ApiGroups),
                Resources = WordsOf(ref reader, vocabulary.Resources),
                ResourceNames = ImmutableCollectionsMarshal.AsImmutableArray(reader.Texts()),
                NonResourceUrls = ImmutableCollectionsMarshal.AsImmutableArray(reader.Texts()),
                Location = RowMapping.LocationOf(paths, reader.Location()),
            };
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(rules);
    }

    private static ImmutableArray<string> WordsOf(ref RecordReader reader, NameTable<Word> words)
    {
        var count = reader.Number();
        var texts = count == 0 ? [] : new string[count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = words.SlotOf(reader.Number()).Payload.Text;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(texts);
    }

    /// <summary>What hardly any role has.</summary>
    private sealed record Rare(ObjectMeta? Metadata, AggregationRule? AggregationRule);
}
