using System.Buffers;
using System.Collections.Immutable;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>A policy as the records of its compiled form, and tables of integers over one table of texts for all else. Equal policies give equal bytes.</summary>
internal sealed class SnapshotEncoder
{
    private readonly Dictionary<string, int> _textIds = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly PolicyTables _compiled;
    private readonly RecordWriter _record = new();
    private readonly ArrayBufferWriter<byte> _roleRecords = new();
    private readonly ArrayBufferWriter<byte> _bindingRecords = new();
    private int _subjects;
    private readonly IntTable[] _tables = new IntTable[SnapshotLayout.Tables];

    private SnapshotEncoder(PolicySet policy)
    {
        _compiled = PolicyTablesBuilder.Build(policy);
        for (var i = 0; i < _tables.Length; i++)
        {
            _tables[i] = new IntTable(SnapshotLayout.Widths[i]);
        }
    }

    public static ReadOnlyMemory<byte> Encode(PolicySet policy, bool includesDefaultPolicy)
    {
        var encoder = new SnapshotEncoder(policy);
        encoder.AddShared();
        encoder.Add(policy);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(SnapshotLayout.Parts);
        writer.Write(includesDefaultPolicy);
        TextColumn.Write(ref writer, encoder._texts);
        TextColumn.Write(ref writer, NamesOf(encoder._compiled.Users));
        TextColumn.Write(ref writer, NamesOf(encoder._compiled.Groups));
        TextColumn.Write(ref writer, NamesOf(encoder._compiled.Nobodies));
        writer.Write(encoder._roleRecords.WrittenSpan);
        writer.Write(encoder._bindingRecords.WrittenSpan);
        foreach (var table in encoder._tables)
        {
            table.Write(ref writer);
        }

        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static string[] NamesOf<TPayload>(NameTable<TPayload> names) => [.. Enumerable.Range(0, names.Count).Select(i => names[i])];

    private IntTable Table(SnapshotTable table) => _tables[(int)table];

    /// <summary>Adds what the records refer to, under the ids it has there.</summary>
    private void AddShared()
    {
        AddTexts(SnapshotTable.Paths, _compiled.Paths);
        AddTexts(SnapshotTable.Verbs, NamesOf(_compiled.Vocabulary.Verbs));
        AddTexts(SnapshotTable.ApiGroups, NamesOf(_compiled.Vocabulary.ApiGroups));
        AddTexts(SnapshotTable.Resources, NamesOf(_compiled.Vocabulary.Resources));
        AddNamespaces();
        for (var i = 0; i < _compiled.SubjectShapes.Count; i++)
        {
            var shape = _compiled.SubjectShapes[i];
            Table(SnapshotTable.Shapes).Append(Text(shape.Kind), Text(shape.ApiGroup), Text(shape.Namespace));
        }

        for (var i = 0; i < _compiled.RoleRefs.Count; i++)
        {
            var (roleRef, @namespace, _) = _compiled.RoleRefs[i];
            Table(SnapshotTable.RoleRefs).Append(Text(roleRef.Kind), Text(roleRef.ApiGroup), Text(roleRef.Name), Text(@namespace));
        }
    }

    private void AddNamespaces()
    {
        var places = new NamespacePlaces(_compiled.Namespaces.Count, _compiled.RoleBindings);
        List<(int Identity, int Number)> subjects = [];
        for (var i = 0; i < _compiled.Namespaces.Count; i++)
        {
            subjects.Clear();
            foreach (var place in places[i])
            {
                foreach (var subject in _compiled.RecordOf(_compiled.RoleBindings[place]).Subjects)
                {
                    if (subject.MatchesSomebody)
                    {
                        subjects.Add((subject.Identity, subjects.Count));
                    }
                }
            }

            subjects.Sort();
            Table(SnapshotTable.NamespacesOfBindings).Append(Text(_compiled.Namespaces[i]), subjects.Count);
            foreach (var (_, number) in subjects)
            {
                Table(SnapshotTable.OrderOfSubjects).Append(number);
            }
        }
    }

    private void AddTexts(SnapshotTable table, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Table(table).Intern(Text(text));
        }
    }

    private void Add(PolicySet policy)
    {
        foreach (var role in policy.ClusterRoles)
        {
            Table(SnapshotTable.ClusterRoles).Append(
                Record(role), ExtraMaybe(role.Metadata), role.AggregationRule is { } rule ? 1 + Aggregation(rule) : 0);
        }

        foreach (var role in policy.Roles)
        {
            Table(SnapshotTable.Roles).Append(Record(role), ExtraMaybe(role.Metadata));
        }

        for (var i = 0; i < policy.ClusterRoleBindings.Length; i++)
        {
            var binding = policy.ClusterRoleBindings[i];
            Add(SnapshotTable.ClusterRoleBindings, binding, _compiled.ClusterRoleBindings[i], Text(binding.Metadata.Namespace));
        }

        for (var i = 0; i < policy.RoleBindings.Length; i++)
        {
            var row = _compiled.RoleBindings[i];
            Add(SnapshotTable.RoleBindings, policy.RoleBindings[i], row, row.Namespace);
        }

        foreach (var item in policy.Namespaces)
        {
            var (path, line, column) = Location(item.Location);
            Table(SnapshotTable.Namespaces).Append(Text(item.Name), item.IsTerminating ? 1 : 0, path, line, column);
        }

        foreach (var item in policy.ServiceAccounts)
        {
            var (path, line, column) = Location(item.Location);
            Table(SnapshotTable.ServiceAccounts).Append(Text(item.Namespace), Text(item.Name), path, line, column);
        }

        foreach (var item in policy.CustomResourceDefinitions)
        {
            var (path, line, column) = Location(item.Location);
            Table(SnapshotTable.CustomResourceDefinitions).Append(
                Text(item.Group), Text(item.Plural), Text(item.Singular), Text(item.Kind), List(item.ShortNames),
                item.IsNamespaced ? 1 : 0, List(item.ServedVersions), List(item.Subresources), path, line, column);
        }
    }

    /// <summary>Adds the record of a role.</summary>
    /// <returns>Its length.</returns>
    private int Record(RbacRole role)
    {
        RoleRecord.Write(_record, role, _compiled.Vocabulary, path => PathMaybe(path) - 1);
        _roleRecords.Write(_record.Written);
        return _record.Written.Length;
    }

    private void Add(SnapshotTable table, RbacBinding binding, in BindingRow row, int @namespace)
    {
        var record = _compiled.Arena[row.Record];
        record = record[..new BindingRecord(record).Length];
        _bindingRecords.Write(record);
        Table(table).Append(record.Length, @namespace, ExtraMaybe(binding.Metadata), row.RoleRef);
        foreach (var subject in binding.Subjects)
        {
            if (subject.Location != default)
            {
                var (path, line, column) = Location(subject.Location);
                Table(SnapshotTable.LocationsOfSubjects).Append(_subjects, path, line, column);
            }

            _subjects++;
        }
    }

    private int Text(string text)
    {
        if (!_textIds.TryGetValue(text, out var id))
        {
            id = _texts.Count;
            _textIds.Add(text, id);
            _texts.Add(text);
        }

        return id;
    }

    private int List(ImmutableArray<string> list) => Table(SnapshotTable.Lists).Intern([.. list.Select(Text)]);

    private int Map(ImmutableSortedDictionary<string, string> map) =>
        Table(SnapshotTable.Maps).Intern([.. map.SelectMany(e => (int[])[Text(e.Key), Text(e.Value)])]);

    private (int Path, int Line, int Column) Location(SourceLocation location) =>
        (PathMaybe(location.Path), location.Line, location.Column);

    private int PathMaybe(string? path) => path is null ? 0 : 1 + Table(SnapshotTable.Paths).Intern(Text(path));

    private int ExtraMaybe(ObjectMeta metadata)
    {
        if (metadata == new ObjectMeta { Name = metadata.Name, Namespace = metadata.Namespace })
        {
            return 0;
        }

        return 1 + Table(SnapshotTable.Extras).Intern(
        [
            Text(metadata.GenerateName), Text(metadata.Uid), Text(metadata.ResourceVersion), Text(metadata.CreationTimestamp),
            Map(metadata.Labels), Map(metadata.Annotations), List(metadata.Finalizers),
            .. metadata.OwnerReferences.Select(o => Table(SnapshotTable.OwnerReferences).Intern(
                Text(o.ApiVersion), Text(o.Kind), Text(o.Name), Text(o.Uid), OwnerFlags.Of(o))),
        ]);
    }

    private int Aggregation(AggregationRule rule) =>
        Table(SnapshotTable.Aggregations).Intern([.. rule.ClusterRoleSelectors.Select(Selector)]);

    private int Selector(LabelSelector selector) => Table(SnapshotTable.Selectors).Intern(
    [
        Map(selector.MatchLabels),
        .. selector.MatchExpressions.Select(e => Table(SnapshotTable.Requirements).Intern(Text(e.Key), Text(e.Operator), List(e.Values))),
    ]);
}

/// <summary>The two flags of an owner reference, each absent, false or true, as one number.</summary>
internal static class OwnerFlags
{
    private const int States = 3;

    /// <summary>One more than the largest number.</summary>
    public const int Limit = States * States;

    public static int Of(OwnerReference owner) => (States * Number(owner.Controller)) + Number(owner.BlockOwnerDeletion);

    public static bool? Controller(int flags) => Flag(flags / States);

    public static bool? BlockOwnerDeletion(int flags) => Flag(flags % States);

    private static int Number(bool? flag) => flag switch { null => 0, false => 1, true => 2 };

    private static bool? Flag(int number) => number switch { 0 => null, 1 => false, _ => true };
}
