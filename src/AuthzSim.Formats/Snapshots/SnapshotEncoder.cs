using System.Buffers;
using System.Collections.Immutable;
using AuthzSim.Rbac;
using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>A policy as tables of integers over one table of texts. Equal policies give equal bytes.</summary>
internal sealed class SnapshotEncoder
{
    private readonly Dictionary<string, int> _textIds = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly List<string> _clusterRoleBindingNames = [];
    private readonly List<string> _roleBindingNames = [];
    private readonly IntTable[] _tables = new IntTable[SnapshotLayout.Tables];

    private SnapshotEncoder()
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            _tables[i] = new IntTable(SnapshotLayout.Widths[i]);
        }
    }

    public static ReadOnlyMemory<byte> Encode(PolicySet policy, bool includesDefaultPolicy)
    {
        var encoder = new SnapshotEncoder();
        encoder.Add(policy);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(SnapshotLayout.Parts);
        writer.Write(includesDefaultPolicy);
        TextColumn.Write(ref writer, encoder._texts);
        TextColumn.Write(ref writer, encoder._clusterRoleBindingNames);
        TextColumn.Write(ref writer, encoder._roleBindingNames);
        foreach (var table in encoder._tables)
        {
            table.Write(ref writer);
        }

        writer.Flush();
        return buffer.WrittenMemory;
    }

    private IntTable Table(SnapshotTable table) => _tables[(int)table];

    private void Add(PolicySet policy)
    {
        foreach (var role in policy.ClusterRoles)
        {
            Add(SnapshotTable.ClusterRoles, role, role.AggregationRule is { } rule ? 1 + Aggregation(rule) : 0);
        }

        foreach (var role in policy.Roles)
        {
            Add(SnapshotTable.Roles, role, aggregation: 0);
        }

        foreach (var binding in policy.ClusterRoleBindings)
        {
            Add(SnapshotTable.ClusterRoleBindings, _clusterRoleBindingNames, binding, bindingNamespace: "");
        }

        foreach (var binding in policy.RoleBindings)
        {
            Add(SnapshotTable.RoleBindings, _roleBindingNames, binding, binding.Metadata.Namespace);
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

    private void Add(SnapshotTable table, RbacRole role, int aggregation)
    {
        var (path, line, column) = Location(role.Location);
        Table(table).Append(
            Text(role.Metadata.Namespace), Text(role.Metadata.Name), ExtraMaybe(role.Metadata), path, line, column, role.Rules.Length, aggregation);
        foreach (var rule in role.Rules)
        {
            var id = Table(SnapshotTable.Rules).Intern(
                List(rule.Verbs), List(rule.ApiGroups), List(rule.Resources), List(rule.ResourceNames), List(rule.NonResourceUrls));
            var at = Location(rule.Location);
            Table(SnapshotTable.RulesOfRoles).Append(id, at.Path, at.Line, at.Column);
        }
    }

    private void Add(SnapshotTable table, List<string> names, RbacBinding binding, string bindingNamespace)
    {
        var (path, line, column) = Location(binding.Location);
        var roleRef = binding.RoleRef;
        var id = Table(SnapshotTable.RoleRefs).Intern(
            Text(roleRef.Kind), Text(roleRef.ApiGroup), Text(roleRef.Name), Text(roleRef.Kind == RbacNames.RoleKind ? bindingNamespace : ""));
        names.Add(binding.Metadata.Name);
        Table(table).Append(Text(binding.Metadata.Namespace), ExtraMaybe(binding.Metadata), path, line, column, id, binding.Subjects.Length);
        foreach (var subject in binding.Subjects)
        {
            var shape = Table(SnapshotTable.Shapes).Intern(Text(subject.Kind), Text(subject.ApiGroup), Text(subject.Namespace));
            var at = Location(subject.Location);
            Table(SnapshotTable.SubjectsOfBindings).Append(
                Table(SnapshotTable.Subjects).Intern(shape, Text(subject.Name)), at.Path, at.Line, at.Column);
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
        (location.Path is { } path ? 1 + Table(SnapshotTable.Paths).Intern(Text(path)) : 0, location.Line, location.Column);

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
