using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// A decoded snapshot: its texts, and its tables with the values that many objects share. Every id is checked before use.
/// </summary>
internal sealed class SnapshotContent
{
    private readonly StoredTable[] _tables = new StoredTable[SnapshotLayout.Tables];
    private readonly ImmutableSortedDictionary<string, string>[] _maps;
    private readonly string[] _paths;

    /// <exception cref="InvalidDataException">The bytes are no snapshot.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not MessagePack.</exception>
    public SnapshotContent(ReadOnlyMemory<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        if (reader.ReadArrayHeader() != SnapshotLayout.Parts)
        {
            throw new InvalidDataException("there are more or fewer tables than there should be");
        }

        IncludesDefaultPolicy = reader.ReadBoolean();
        Texts = TextColumn.Read(ref reader).ToStrings();
        Users = TextColumn.Read(ref reader);
        Groups = TextColumn.Read(ref reader);
        Nobodies = TextColumn.Read(ref reader);
        RoleRecords = Bytes.Read(ref reader);
        BindingRecords = Bytes.Read(ref reader);
        for (var i = 0; i < _tables.Length; i++)
        {
            _tables[i] = StoredTable.Read(ref reader, SnapshotLayout.Widths[i]);
        }

        if (!reader.End)
        {
            throw new InvalidDataException("there is more after the last table");
        }

        Lists = ReadLists();
        _maps = ReadMaps();
        _paths = TextsOf(SnapshotTable.Paths, 0);
        Extras = ReadExtras();
        Vocabulary = Vocabulary.Of(TextsOf(SnapshotTable.Verbs, 0), TextsOf(SnapshotTable.ApiGroups, 0), TextsOf(SnapshotTable.Resources, 0))
            ?? throw new InvalidDataException("there is a word twice, or none for all");
    }

    public bool IncludesDefaultPolicy { get; }

    public string[] Texts { get; }

    /// <summary>Names of users in bindings, those of service accounts included.</summary>
    public TextColumn Users { get; }

    /// <summary>Names of groups in bindings.</summary>
    public TextColumn Groups { get; }

    /// <summary>Names of subjects that no user can match.</summary>
    public TextColumn Nobodies { get; }

    /// <summary>The records of cluster roles, then of roles; see <see cref="RoleRecord"/>.</summary>
    public ReadOnlyMemory<byte> RoleRecords { get; }

    /// <summary>The records of cluster role bindings, then of role bindings; see <see cref="BindingRecord"/>.</summary>
    public ReadOnlyMemory<byte> BindingRecords { get; }

    public ImmutableArray<string>[] Lists { get; }

    /// <summary>Metadata without names.</summary>
    public ObjectMeta[] Extras { get; }

    /// <summary>The names in rules.</summary>
    public Vocabulary Vocabulary { get; }

    public ReadOnlySpan<string> Paths => _paths;

    public StoredTable this[SnapshotTable table] => _tables[(int)table];

    /// <summary>A column of texts.</summary>
    public string[] TextsOf(SnapshotTable table, int column)
    {
        var ids = this[table].Ids(column, Texts.Length);
        var texts = new string[ids.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Texts[ids[i]];
        }

        return texts;
    }

    /// <summary>A column of lists.</summary>
    public ImmutableArray<string>[] ListsOf(SnapshotTable table, int column) =>
        Array.ConvertAll(this[table].Ids(column, Lists.Length), id => Lists[id]);

    /// <summary>Three columns of locations.</summary>
    public StoredLocations LocationsOf(SnapshotTable table, int column) =>
        new(_paths, this[table].Ids(column, _paths.Length + 1), this[table].Numbers(column + 1), this[table].Numbers(column + 2));

    public Subject[] ReadShapes()
    {
        var (kinds, groups) = (TextsOf(SnapshotTable.Shapes, 0), TextsOf(SnapshotTable.Shapes, 1));
        var namespaces = TextsOf(SnapshotTable.Shapes, 2);
        var shapes = new Subject[kinds.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            shapes[i] = new Subject { Kind = kinds[i], ApiGroup = groups[i], Namespace = namespaces[i] };
        }

        return shapes;
    }

    public AggregationRule[] ReadAggregations()
    {
        var (keys, operators) = (TextsOf(SnapshotTable.Requirements, 0), TextsOf(SnapshotTable.Requirements, 1));
        var values = ListsOf(SnapshotTable.Requirements, 2);
        var selectorRows = this[SnapshotTable.Selectors].Rows();
        var selectors = new LabelSelector[selectorRows.Count];
        for (var i = 0; i < selectors.Length; i++)
        {
            var row = selectorRows[i];
            var requirements = StoredTable.Checked(row[1..].ToArray(), keys.Length);
            selectors[i] = new LabelSelector
            {
                MatchLabels = MapAt(row[0]),
                MatchExpressions =
                [
                    .. requirements.Select(r => new LabelSelectorRequirement { Key = keys[r], Operator = operators[r], Values = values[r] }),
                ],
            };
        }

        var rows = this[SnapshotTable.Aggregations].Rows();
        var rules = new AggregationRule[rows.Count];
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] = new AggregationRule
            {
                ClusterRoleSelectors = [.. StoredTable.Checked(rows[i].ToArray(), selectors.Length).Select(s => selectors[s])],
            };
        }

        return rules;
    }

    private ImmutableArray<string>[] ReadLists()
    {
        var rows = this[SnapshotTable.Lists].Rows();
        var lists = new ImmutableArray<string>[rows.Count];
        for (var i = 0; i < lists.Length; i++)
        {
            var row = rows[i];
            var list = row.IsEmpty ? [] : new string[row.Length];
            for (var j = 0; j < list.Length; j++)
            {
                list[j] = TextAt(row[j]);
            }

            lists[i] = ImmutableCollectionsMarshal.AsImmutableArray(list);
        }

        return lists;
    }

    private ImmutableSortedDictionary<string, string>[] ReadMaps()
    {
        var rows = this[SnapshotTable.Maps].Rows();
        var maps = new ImmutableSortedDictionary<string, string>[rows.Count];
        for (var i = 0; i < maps.Length; i++)
        {
            var row = rows[i];
            var map = ObjectMeta.NoEntries.ToBuilder();
            for (var j = 0; j + 1 < row.Length; j += 2)
            {
                map[TextAt(row[j])] = TextAt(row[j + 1]);
            }

            maps[i] = map.Count * 2 == row.Length ? map.ToImmutable() : throw new InvalidDataException("a map has a key twice or without a value");
        }

        return maps;
    }

    private ObjectMeta[] ReadExtras()
    {
        const int Fixed = 7;
        var owners = ReadOwners();
        var rows = this[SnapshotTable.Extras].Rows();
        var extras = new ObjectMeta[rows.Count];
        for (var i = 0; i < extras.Length; i++)
        {
            var row = rows[i];
            if (row.Length < Fixed)
            {
                throw new InvalidDataException("metadata is too short");
            }

            extras[i] = new ObjectMeta
            {
                GenerateName = TextAt(row[0]),
                Uid = TextAt(row[1]),
                ResourceVersion = TextAt(row[2]),
                CreationTimestamp = TextAt(row[3]),
                Labels = MapAt(row[4]),
                Annotations = MapAt(row[5]),
                Finalizers = At(Lists, row[6]),
                OwnerReferences = [.. StoredTable.Checked(row[Fixed..].ToArray(), owners.Length).Select(o => owners[o])],
            };
        }

        return extras;
    }

    private OwnerReference[] ReadOwners()
    {
        const SnapshotTable Table = SnapshotTable.OwnerReferences;
        var (versions, kinds, names, uids) = (TextsOf(Table, 0), TextsOf(Table, 1), TextsOf(Table, 2), TextsOf(Table, 3));
        return Array.ConvertAll(this[Table].Ids(4, OwnerFlags.Limit), flags => (OwnerFlags.Controller(flags), OwnerFlags.BlockOwnerDeletion(flags)))
            .Select((flags, i) => new OwnerReference
            {
                ApiVersion = versions[i],
                Kind = kinds[i],
                Name = names[i],
                Uid = uids[i],
                Controller = flags.Item1,
                BlockOwnerDeletion = flags.Item2,
            })
            .ToArray();
    }

    private string TextAt(int id) => At(Texts, id);

    private ImmutableSortedDictionary<string, string> MapAt(int id) => At(_maps, id);

    private static T At<T>(T[] items, int id) =>
        (uint)id < (uint)items.Length ? items[id] : throw new InvalidDataException("a row refers to what is not there");
}

/// <summary>Locations in columns.</summary>
internal readonly struct StoredLocations(string[] paths, int[] pathsMaybe, int[] lines, int[] columns)
{
    public SourceLocation this[int row] => new(pathsMaybe[row] == 0 ? null : paths[pathsMaybe[row] - 1], lines[row], columns[row]);
}
