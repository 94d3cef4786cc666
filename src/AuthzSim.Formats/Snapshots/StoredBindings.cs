using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Snapshots;

/// <summary>The bindings of both kinds, role bindings after the cluster role bindings, with ids that are known to lead somewhere.</summary>
internal sealed class StoredBindings
{
    private readonly string[] _namespaces;
    private readonly StoredSubjects _subjects;
    private readonly SnapshotContent _content;

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public StoredBindings(SnapshotContent content)
    {
        _namespaces = content.TextsOf(SnapshotTable.NamespacesOfBindings, 0);
        Shapes = content.ReadShapes();
        _subjects = new StoredSubjects(content, Shapes, _namespaces);
        _content = content;
        (RoleRefs, NamespacesOfRoleRefs) = ReadRoleRefs(content);
        Cluster = new Columns(content, SnapshotTable.ClusterRoleBindings, content.Texts.Length);
        Namespaced = new Columns(content, SnapshotTable.RoleBindings, content[SnapshotTable.NamespacesOfBindings].Count);
        Records = new StoredRecords(content.BindingRecords, content[SnapshotTable.ClusterRoleBindings], content[SnapshotTable.RoleBindings]);
    }

    /// <summary>Subjects without their names.</summary>
    public Subject[] Shapes { get; }

    public RoleRef[] RoleRefs { get; }

    /// <summary>Of each reference to a Role, the namespace of the bindings that have it; <c>""</c> of the others.</summary>
    public string[] NamespacesOfRoleRefs { get; }

    /// <summary>Namespaces of role bindings.</summary>
    public ReadOnlySpan<string> Namespaces => _namespaces;

    public Columns Cluster { get; }

    public Columns Namespaced { get; }

    /// <summary>The records, any bytes until they are checked.</summary>
    public StoredRecords Records { get; }

    /// <summary>True when the record of a binding is one, and all ids in it lead to what they should.</summary>
    /// <param name="binding">The binding.</param>
    /// <param name="collector">Takes the subjects, if they are wanted; of no use afterwards unless the record is sound.</param>
    /// <param name="number">The number of the binding in its namespace.</param>
    public bool IsSound(int binding, NamespaceBindings.Collector? collector = null, int number = 0)
    {
        var isCluster = binding < Cluster.Count;
        var @namespace = isCluster ? Posting.ClusterScope : Namespaced.Namespaces[binding - Cluster.Count];
        var roleRef = isCluster ? Cluster.RoleRefs[binding] : Namespaced.RoleRefs[binding - Cluster.Count];
        if (RoleRefs[roleRef].Kind == RbacNames.RoleKind && NamespacesOfRoleRefs[roleRef] != (isCluster ? "" : _namespaces[@namespace]))
        {
            return false;
        }

        var record = new RecordCheck(Records[binding]);
        _subjects.Read(ref record, @namespace, collector, number);
        record.Text();
        record.Location(_content.Paths.Length);
        return record.IsSound;
    }

    private static (RoleRef[] RoleRefs, string[] Namespaces) ReadRoleRefs(SnapshotContent content)
    {
        var table = content[SnapshotTable.RoleRefs];
        var (texts, limit) = (content.Texts, content.Texts.Length);
        var (kinds, groups, names) = (table.Ids(0, limit), table.Ids(1, limit), table.Ids(2, limit));
        var namespaces = content.TextsOf(SnapshotTable.RoleRefs, 3);
        var refs = new RoleRef[kinds.Length];
        for (var i = 0; i < refs.Length; i++)
        {
            refs[i] = new RoleRef { Kind = texts[kinds[i]], ApiGroup = texts[groups[i]], Name = texts[names[i]] };
            if (namespaces[i].Length > 0 && refs[i].Kind != RbacNames.RoleKind)
            {
                throw new InvalidDataException("a cluster role is in a namespace");
            }
        }

        return (refs, namespaces);
    }

    /// <summary>The metadata of a binding whose record is sound.</summary>
    public ObjectMeta MetadataOf(int binding)
    {
        var isCluster = binding < Cluster.Count;
        var (columns, row) = isCluster ? (Cluster, binding) : (Namespaced, binding - Cluster.Count);
        var @namespace = isCluster ? _content.Texts[columns.Namespaces[row]] : _namespaces[columns.Namespaces[row]];
        var name = new BindingRecord(Records[binding]).Name;
        var extra = columns.ExtraOf(row);
        return extra == 0
            ? new ObjectMeta { Namespace = @namespace, Name = name }
            : _content.Extras[extra - 1] with { Namespace = @namespace, Name = name };
    }

    /// <summary>The columns of one kind.</summary>
    internal sealed class Columns
    {
        private readonly int[]? _extras;

        public Columns(SnapshotContent content, SnapshotTable kind, int namespaces)
        {
            var table = content[kind];
            Count = table.Count;
            Namespaces = table.Ids(1, namespaces);
            _extras = table.MaybeIds(2, content.Extras.Length);
            RoleRefs = table.Ids(3, content[SnapshotTable.RoleRefs].Count);
        }

        public int Count { get; }

        public int[] Namespaces { get; }

        public int[] RoleRefs { get; }

        public bool HasExtras => _extras is not null;

        /// <summary>What more there is to the metadata than names: 0 for nothing, else an id and one.</summary>
        public int ExtraOf(int row) => _extras?[row] ?? 0;
    }
}
