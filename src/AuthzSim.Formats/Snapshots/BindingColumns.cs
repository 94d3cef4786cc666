namespace AuthzSim.Formats.Snapshots;

/// <summary>What bindings of both kinds say, as ids that are known to lead somewhere.</summary>
internal sealed class BindingColumns
{
    /// <summary>The first column of the location.</summary>
    public const int Location = 2;

    private readonly int[] _subjectStarts;

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public BindingColumns(SnapshotContent content)
    {
        Cluster = Read(content, SnapshotTable.ClusterRoleBindings, content.ClusterRoleBindingNames);
        Namespaced = Read(content, SnapshotTable.RoleBindings, content.RoleBindingNames);
        _subjectStarts = StoredTable.Starts(
            [.. Cluster.SubjectCounts, .. Namespaced.SubjectCounts], content[SnapshotTable.SubjectsOfBindings].Count);
    }

    public Columns Cluster { get; }

    public Columns Namespaced { get; }

    /// <summary>The rows of subjects that a binding has; role bindings count on after the cluster role bindings.</summary>
    public Range SubjectsOf(int binding) => _subjectStarts[binding].._subjectStarts[binding + 1];

    private static Columns Read(SnapshotContent content, SnapshotTable kind, TextColumn names)
    {
        var table = content[kind];
        return table.Count == names.Lengths.Length
            ? new Columns(
                table.Ids(0, content.Texts.Length),
                table.Ids(1, content.Extras.Length + 1),
                table.Ids(5, content[SnapshotTable.RoleRefs].Count),
                table.Numbers(6))
            : throw new InvalidDataException("there are more or fewer bindings than names");
    }

    /// <summary>The columns of one kind.</summary>
    internal sealed record Columns(int[] Namespaces, int[] Extras, int[] RoleRefs, int[] SubjectCounts);
}
