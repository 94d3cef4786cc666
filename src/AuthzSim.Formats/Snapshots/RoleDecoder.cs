using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Snapshots;

/// <summary>The roles of a snapshot, which its objects and its compiled form both need.</summary>
internal sealed class RoleDecoder
{
    private const int LocationColumn = 3;

    private readonly SnapshotContent _content;
    private readonly int _clusterRoles;
    private readonly int[] _rules;
    private readonly StoredLocations _ruleLocations;
    private readonly int[] _ruleStarts;

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public RoleDecoder(SnapshotContent content)
    {
        _content = content;
        _clusterRoles = content[SnapshotTable.ClusterRoles].Count;
        _rules = content[SnapshotTable.RulesOfRoles].Ids(0, content.Rules.Length);
        _ruleLocations = content.LocationsOf(SnapshotTable.RulesOfRoles, 1);
        _ruleStarts = StoredTable.Starts(
            [.. content[SnapshotTable.ClusterRoles].Numbers(6), .. content[SnapshotTable.Roles].Numbers(6)], _rules.Length);
    }

    /// <summary>The ids of a role's rules; roles count on after the cluster roles.</summary>
    public ReadOnlySpan<int> RulesOf(int role) => _rules.AsSpan(_ruleStarts[role].._ruleStarts[role + 1]);

    public ClusterRole[] ReadClusterRoles()
    {
        var columns = new Columns(_content, SnapshotTable.ClusterRoles);
        var aggregations = _content.ReadAggregations();
        var aggregationsMaybe = _content[SnapshotTable.ClusterRoles].Ids(7, aggregations.Length + 1);
        var roles = new ClusterRole[_clusterRoles];
        for (var i = 0; i < roles.Length; i++)
        {
            roles[i] = new ClusterRole
            {
                Metadata = columns.MetadataAt(i),
                Location = columns.Locations[i],
                Rules = PolicyRulesOf(i),
                AggregationRule = aggregationsMaybe[i] == 0 ? null : aggregations[aggregationsMaybe[i] - 1],
            };
        }

        return roles;
    }

    public Role[] ReadRoles()
    {
        var columns = new Columns(_content, SnapshotTable.Roles);
        var roles = new Role[_content[SnapshotTable.Roles].Count];
        for (var i = 0; i < roles.Length; i++)
        {
            roles[i] = new Role { Metadata = columns.MetadataAt(i), Location = columns.Locations[i], Rules = PolicyRulesOf(_clusterRoles + i) };
        }

        return roles;
    }

    private ImmutableArray<PolicyRule> PolicyRulesOf(int role)
    {
        var (start, end) = (_ruleStarts[role], _ruleStarts[role + 1]);
        var rules = start == end ? [] : new PolicyRule[end - start];
        for (var i = 0; i < rules.Length; i++)
        {
            var rule = _content.Rules[_rules[start + i]];
            var location = _ruleLocations[start + i];
            rules[i] = location == default ? rule : rule with { Location = location };
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(rules);
    }

    private readonly struct Columns(SnapshotContent content, SnapshotTable table)
    {
        private readonly string[] _namespaces = content.TextsOf(table, 0);
        private readonly string[] _names = content.TextsOf(table, 1);
        private readonly int[] _extras = content[table].Ids(2, content.Extras.Length + 1);

        public StoredLocations Locations { get; } = content.LocationsOf(table, LocationColumn);

        public ObjectMeta MetadataAt(int row) => content.Metadata(_namespaces[row], _names[row], _extras[row]);
    }
}
