using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Snapshots;

/// <summary>The roles of both kinds, roles after the cluster roles.</summary>
internal sealed class StoredRoles
{
    private readonly SnapshotContent _content;
    private readonly int _clusterRoles;
    private readonly StoredRecords _records;
    private readonly byte[] _bytes;
    private readonly int[]? _extras;
    private readonly int[]? _moreExtras;
    private readonly int[]? _aggregationsMaybe;
    private readonly AggregationRule[] _aggregations;

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public StoredRoles(SnapshotContent content)
    {
        var (clusterRoles, roles) = (content[SnapshotTable.ClusterRoles], content[SnapshotTable.Roles]);
        _content = content;
        _clusterRoles = clusterRoles.Count;
        _bytes = content.RoleRecords.ToArray();
        _records = new StoredRecords(_bytes, clusterRoles, roles);
        (_extras, _moreExtras) = (clusterRoles.MaybeIds(1, content.Extras.Length), roles.MaybeIds(1, content.Extras.Length));
        _aggregations = content.ReadAggregations();
        _aggregationsMaybe = clusterRoles.MaybeIds(2, _aggregations.Length);
    }

    public int Count => _records.Count;

    /// <summary>The record of a role; of no use to anybody unless it is sound.</summary>
    public RoleRecord this[int role]
    {
        get
        {
            var isNamespaced = role >= _clusterRoles;
            var extra = (isNamespaced ? _moreExtras?[role - _clusterRoles] : _extras?[role]) ?? 0;
            var aggregation = isNamespaced ? 0 : _aggregationsMaybe?[role] ?? 0;
            return new RoleRecord(
                _bytes,
                _records.StartOf(role),
                extra == 0 ? null : _content.Extras[extra - 1],
                aggregation == 0 ? null : _aggregations[aggregation - 1]);
        }
    }

    /// <summary>True when the record of a role is one, and all ids in it lead to what they should.</summary>
    public bool IsSound(int role) => RoleRecord.IsSound(_records[role], role >= _clusterRoles, _content.Vocabulary, _content.Paths.Length);
}
