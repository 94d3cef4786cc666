using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Snapshots;

/// <summary>The bindings of both kinds, role bindings after the cluster role bindings, with ids that are known to lead somewhere.</summary>
internal sealed class StoredBindings
{
    private readonly string[] _namespaces;
    private readonly string?[] _namespacesOfRoleRefs;
    private readonly StoredSubjects _subjects;
    private readonly SnapshotContent _content;

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public StoredBindings(SnapshotContent content)
    {
        _namespaces = content.TextsOf(SnapshotTable.NamespacesOfBindings, 0);
        _subjects = new StoredSubjects(content, _namespaces);
        _content = content;
        _namespacesOfRoleRefs = NamespacesOfRoleRefs(content);
        Cluster = new Columns(content, SnapshotTable.ClusterRoleBindings, content.Texts.Length);
        Namespaced = new Columns(content, SnapshotTable.RoleBindings, content[SnapshotTable.NamespacesOfBindings].Count);
        Records = new StoredRecords(content.BindingRecords, Cluster.Lengths, Namespaced.Lengths);
    }

    /// <summary>Namespaces of role bindings.</summary>
    public ReadOnlySpan<string> Namespaces => _namespaces;

    public Columns Cluster { get; }

    public Columns Namespaced { get; }

    /// <summary>The records, any bytes until they are checked.</summary>
    public StoredRecords Records { get; }

    /// <summary>True when the record of a binding is one, and all ids in it lead to what they should.</summary>
    public bool IsSound(int binding)
    {
        var isCluster = binding < Cluster.Count;
        var @namespace = isCluster ? Posting.ClusterScope : Namespaced.Namespaces[binding - Cluster.Count];
        var roleRef = isCluster ? Cluster.RoleRefs[binding] : Namespaced.RoleRefs[binding - Cluster.Count];
        if (_namespacesOfRoleRefs[roleRef] is { } ofRole && ofRole != (isCluster ? "" : _namespaces[@namespace]))
        {
            return false;
        }

        var record = new RecordCheck(Records[binding]);
        for (var left = record.Count(); left > 0; left--)
        {
            _subjects.Check(ref record, @namespace);
        }

        record.Text();
        record.Location(_content.Paths.Length);
        return record.IsSound;
    }

    /// <summary>The metadata of a binding whose record is sound.</summary>
    public ObjectMeta MetadataOf(int binding)
    {
        var isCluster = binding < Cluster.Count;
        var (columns, row) = isCluster ? (Cluster, binding) : (Namespaced, binding - Cluster.Count);
        var @namespace = isCluster ? _content.Texts[columns.Namespaces[row]] : _namespaces[columns.Namespaces[row]];
        var name = new BindingRecord(Records[binding]).Name;
        return columns.Extras[row] == 0
            ? new ObjectMeta { Namespace = @namespace, Name = name }
            : _content.Extras[columns.Extras[row] - 1] with { Namespace = @namespace, Name = name };
    }

    /// <summary>The namespace that bindings of a reference must be in; null when they may be anywhere.</summary>
    private static string?[] NamespacesOfRoleRefs(SnapshotContent content)
    {
        var (kinds, namespaces) = (content.TextsOf(SnapshotTable.RoleRefs, 0), content.TextsOf(SnapshotTable.RoleRefs, 3));
        var result = new string?[kinds.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var isRole = kinds[i] == RbacNames.RoleKind;
            result[i] = isRole ? namespaces[i]
                : namespaces[i].Length == 0 ? null
                : throw new InvalidDataException("a cluster role is in a namespace");
        }

        return result;
    }

    /// <summary>The columns of one kind.</summary>
    internal sealed class Columns
    {
        public Columns(SnapshotContent content, SnapshotTable kind, int namespaces)
        {
            var table = content[kind];
            Lengths = table.Numbers(0);
            Namespaces = table.Ids(1, namespaces);
            Extras = table.Ids(2, content.Extras.Length + 1);
            RoleRefs = table.Ids(3, content[SnapshotTable.RoleRefs].Count);
        }

        public int Count => Lengths.Length;

        public int[] Lengths { get; }

        public int[] Namespaces { get; }

        public int[] Extras { get; }

        public int[] RoleRefs { get; }
    }
}
