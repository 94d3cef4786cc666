using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>Builds the tables of a whole policy: roles first, then bindings in policy order.</summary>
internal sealed class PolicyTablesBuilder
{
    private readonly TextArena _arena = new();
    private readonly Vocabulary _vocabulary;
    private readonly NameTable<Posting[]>.Builder _users = new();
    private readonly NameTable<Posting[]>.Builder _groups = new();
    private readonly NameTable<byte>.Builder _nobodies = new();
    private readonly NameTable<NamespaceBindings>.Builder _namespaces = new();
    private readonly NameTable<byte>.Builder _roleKeys = new();
    private readonly List<CompiledRole?> _roles = [];
    private readonly Dictionary<(RoleRef RoleRef, string Namespace), int> _roleRefIds = [];
    private readonly List<RoleRefRow> _roleRefs = [];
    private readonly Dictionary<Subject, int> _shapeIds = [];
    private readonly List<Subject> _shapes = [];
    private readonly Dictionary<string, int> _pathIds = new(StringComparer.Ordinal);
    private readonly List<BindingRow> _clusterBindings = [];
    private readonly List<BindingRow> _roleBindings = [];
    private readonly List<(int Identity, Posting Posting)> _userPostings = [];
    private readonly List<(int Identity, Posting Posting)> _groupPostings = [];
    private readonly ImmutableDictionary<int, ObjectMeta>.Builder _clusterMetadata = ImmutableDictionary.CreateBuilder<int, ObjectMeta>();
    private readonly ImmutableDictionary<int, ObjectMeta>.Builder _roleMetadata = ImmutableDictionary.CreateBuilder<int, ObjectMeta>();

    private PolicyTablesBuilder(IEnumerable<PolicyRule> rules)
    {
        _vocabulary = Vocabulary.Of(rules);
    }

    public static PolicyTables Build(PolicySet policy)
    {
        IEnumerable<RbacRole> roles = [.. policy.ClusterRoles, .. policy.Roles];
        var builder = new PolicyTablesBuilder(roles.SelectMany(r => r.Rules));
        foreach (var role in roles)
        {
            builder._roles[builder.RoleId(RoleKey.Of(role))] = new CompiledRole(role, builder._vocabulary);
        }

        foreach (var binding in policy.ClusterRoleBindings)
        {
            builder.Add(binding, Posting.ClusterScope, builder._clusterBindings, builder._clusterMetadata);
        }

        foreach (var binding in policy.RoleBindings)
        {
            builder.Add(binding, builder._namespaces.GetOrAdd(binding.Metadata.Namespace), builder._roleBindings, builder._roleMetadata);
        }

        return builder.Finish();
    }

    private void Add(
        RbacBinding binding, int @namespace, List<BindingRow> rows, ImmutableDictionary<int, ObjectMeta>.Builder metadata)
    {
        var ordinal = rows.Count;
        var bindingNamespace = @namespace == Posting.ClusterScope ? "" : binding.Metadata.Namespace;
        var roleRef = RoleRefId(binding.RoleRef, bindingNamespace);
        var subjects = binding.Subjects.Length == 1 ? null : new SubjectRow[binding.Subjects.Length];
        SubjectRow first = default;
        var isCluster = @namespace == Posting.ClusterScope;
        var posting = new Posting(_roleRefs[roleRef].Role, ordinal);
        for (var i = 0; i < binding.Subjects.Length; i++)
        {
            var subject = binding.Subjects[i];
            var row = new SubjectRow(ShapeId(subject), IdentityOf(subject, bindingNamespace));
            if (isCluster && row.MatchesSomebody)
            {
                AddOnce(row.IsGroup ? _groupPostings : _userPostings, row.Number, posting);
            }

            if (subjects is null)
            {
                first = row;
            }
            else
            {
                subjects[i] = row;
            }
        }

        if (RowMapping.HasMoreThanNames(binding.Metadata))
        {
            metadata[ordinal] = binding.Metadata;
        }

        rows.Add(new BindingRow(_arena.Add(binding.Metadata.Name), @namespace, roleRef)
        {
            FirstSubject = first,
            Subjects = subjects,
            Path = PathId(binding.Location.Path),
            Line = binding.Location.Line,
            Column = binding.Location.Column,
        });
    }

    private int IdentityOf(Subject subject, string bindingNamespace)
    {
        if (subject.Kind == RbacNames.GroupKind)
        {
            return SubjectRow.OfGroup(_groups.GetOrAdd(subject.Name));
        }

        return RowMapping.UserNameOf(subject, bindingNamespace) is { } userName
            ? SubjectRow.OfUser(_users.GetOrAdd(userName))
            : SubjectRow.OfNobody(_nobodies.GetOrAdd(subject.Name));
    }

    /// <summary>A binding that names an identity twice is still one binding of it.</summary>
    private static void AddOnce(List<(int Identity, Posting Posting)> postings, int identity, Posting posting)
    {
        for (var i = postings.Count - 1; i >= 0 && postings[i].Posting.Binding == posting.Binding; i--)
        {
            if (postings[i].Identity == identity)
            {
                return;
            }
        }

        postings.Add((identity, posting));
    }

    private PolicyTables Finish()
    {
        var clusterBindings = new List<int>[_roles.Count];
        for (var i = 0; i < _clusterBindings.Count; i++)
        {
            (clusterBindings[_roleRefs[_clusterBindings[i].RoleRef].Role] ??= []).Add(i);
        }

        var slots = _roles.Select((role, i) => new RoleSlot(role, clusterBindings[i] is { } list ? [.. list] : [])).ToArray();
        var byNamespace = Enumerable.Range(0, _namespaces.Count).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < _roleBindings.Count; i++)
        {
            byNamespace[_roleBindings[i].Namespace].Add(i);
        }

        return new PolicyTables
        {
            Arena = _arena,
            Vocabulary = _vocabulary,
            Users = _users.Build(Group(_userPostings, _users.Count)),
            Groups = _groups.Build(Group(_groupPostings, _groups.Count)),
            Namespaces = _namespaces.Build([.. byNamespace.Select(l => NamespaceBindings.Of([.. l], i => _roleBindings[i], r => _roleRefs[r].Role))]),
            Nobodies = _nobodies.Build(),
            RoleKeys = _roleKeys.Build(),
            Roles = ChunkedArray<RoleSlot>.Of(slots),
            RoleRefs = ChunkedArray<RoleRefRow>.Of(_roleRefs),
            SubjectShapes = ChunkedArray<Subject>.Of(_shapes),
            ClusterRoleBindings = ChunkedArray<BindingRow>.Of(_clusterBindings),
            RoleBindings = ChunkedArray<BindingRow>.Of(_roleBindings),
            RolesByResource = ChunkedArray<int[]>.Of(RolesByResource()),
            UrlRoles = [.. Enumerable.Range(0, _roles.Count).Where(i => _roles[i] is { HasUrls: true })],
            Paths = [.. _pathIds.Keys],
            ClusterRoleBindingMetadata = _clusterMetadata.ToImmutable(),
            RoleBindingMetadata = _roleMetadata.ToImmutable(),
        };
    }

    private int[][] RolesByResource()
    {
        var lists = Enumerable.Range(0, _vocabulary.Resources.Count).Select(_ => new List<int>()).ToArray();
        for (var role = 0; role < _roles.Count; role++)
        {
            foreach (var resource in _roles[role]?.ResourceIds() ?? [])
            {
                lists[resource].Add(role);
            }
        }

        return [.. lists.Select(l => l.ToArray())];
    }

    /// <summary>The postings of each identity; they come in policy order.</summary>
    private static Posting[][] Group(List<(int Identity, Posting Posting)> postings, int identities)
    {
        var counts = new int[identities];
        foreach (ref var entry in CollectionsMarshal.AsSpan(postings))
        {
            counts[entry.Identity]++;
        }

        var result = new Posting[identities][];
        for (var i = 0; i < identities; i++)
        {
            result[i] = counts[i] == 0 ? [] : new Posting[counts[i]];
            counts[i] = 0;
        }

        foreach (ref var entry in CollectionsMarshal.AsSpan(postings))
        {
            result[entry.Identity][counts[entry.Identity]++] = entry.Posting;
        }

        return result;
    }

    private int RoleId(string key)
    {
        var id = _roleKeys.GetOrAdd(key);
        if (id == _roles.Count)
        {
            _roles.Add(null);
        }

        return id;
    }

    private int RoleRefId(RoleRef roleRef, string bindingNamespace)
    {
        var key = RowMapping.RoleRefKeyOf(roleRef, bindingNamespace);
        if (!_roleRefIds.TryGetValue(key, out var id))
        {
            id = _roleRefs.Count;
            _roleRefIds.Add(key, id);
            _roleRefs.Add(new RoleRefRow(roleRef, key.Namespace, RoleId(RoleKey.Of(roleRef, bindingNamespace))));
        }

        return id;
    }

    private int ShapeId(Subject subject)
    {
        var shape = RowMapping.ShapeOf(subject);
        if (!_shapeIds.TryGetValue(shape, out var id))
        {
            id = _shapes.Count;
            _shapeIds.Add(shape, id);
            _shapes.Add(shape);
        }

        return id;
    }

    private int PathId(string? path)
    {
        if (path is null)
        {
            return -1;
        }

        if (!_pathIds.TryGetValue(path, out var id))
        {
            id = _pathIds.Count;
            _pathIds.Add(path, id);
        }

        return id;
    }
}
