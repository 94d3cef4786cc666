using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// A role as it was given, in bytes: hardly any check needs it, and as objects the roles would take more than all their
/// bindings. Its rules are made when a reason or a list of rules asks for them.
/// </summary>
internal sealed class RoleRecord
{
    private readonly byte[] _bytes;
    private readonly Rare? _rare;

    /// <param name="source">The role.</param>
    /// <param name="rules">Its rules in ids.</param>
    /// <param name="pathId">The number of a path, -1 for none.</param>
    public RoleRecord(RbacRole source, ReadOnlySpan<ListedRule> rules, Func<string?, int> pathId)
    {
        var writer = new RecordWriter();
        writer.Number(source.IsNamespaced ? 1 : 0);
        writer.Text(source.Metadata.Namespace);
        writer.Text(source.Metadata.Name);
        writer.Location(RowMapping.LocationOf(source.Location, pathId));
        writer.Number(rules.Length);
        for (var i = 0; i < rules.Length; i++)
        {
            writer.Numbers(rules[i].Verbs);
            writer.Numbers(rules[i].ApiGroups);
            writer.Numbers(rules[i].Resources);
            writer.Texts(rules[i].Names.AsSpan());
            writer.Texts(rules[i].Urls.AsSpan());
            writer.Location(RowMapping.LocationOf(source.Rules[i].Location, pathId));
        }

        _bytes = writer.Written.ToArray();
        var metadata = RowMapping.HasMoreThanNames(source.Metadata) ? source.Metadata : null;
        var aggregation = (source as ClusterRole)?.AggregationRule;
        _rare = metadata is null && aggregation is null ? null : new Rare(metadata, aggregation);
    }

    /// <summary>The text under which the role is found; see <see cref="RoleKey"/>.</summary>
    public string Key
    {
        get
        {
            var reader = new RecordReader(_bytes);
            var isNamespaced = reader.Number() != 0;
            var @namespace = reader.Text();
            return isNamespaced ? RoleKey.Of(RoleRef.Role(reader.Text()), @namespace) : RoleKey.Of(RoleRef.ClusterRole(reader.Text()), "");
        }
    }

    /// <summary>The role, made anew at each call.</summary>
    public RbacRole ToRole(PolicyTables tables)
    {
        var reader = new RecordReader(_bytes);
        var isNamespaced = reader.Number() != 0;
        var (@namespace, name) = (reader.Text(), reader.Text());
        var metadata = _rare?.Metadata ?? new ObjectMeta { Namespace = @namespace, Name = name };
        var location = RowMapping.LocationOf(tables, reader.Location());
        var rules = RulesOf(ref reader, tables);
        return isNamespaced
            ? new Role { Metadata = metadata, Location = location, Rules = rules }
            : new ClusterRole { Metadata = metadata, Location = location, Rules = rules, AggregationRule = _rare?.AggregationRule };
    }

    private static ImmutableArray<PolicyRule> RulesOf(ref RecordReader reader, PolicyTables tables)
    {
        var count = reader.Number();
        var rules = count == 0 ? [] : new PolicyRule[count];
        var vocabulary = tables.Vocabulary;
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] = new PolicyRule
            {
                Verbs = WordsOf(ref reader, vocabulary.Verbs),
                ApiGroups = WordsOf(ref reader, vocabulary.ApiGroups),
                Resources = WordsOf(ref reader, vocabulary.Resources),
                ResourceNames = ImmutableCollectionsMarshal.AsImmutableArray(reader.Texts()),
                NonResourceUrls = ImmutableCollectionsMarshal.AsImmutableArray(reader.Texts()),
                Location = RowMapping.LocationOf(tables, reader.Location()),
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
