using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>Builds the tables of a whole policy: roles first, then bindings in policy order.</summary>
internal sealed class PolicyTablesBuilder
{
    private readonly RecordArena _arena = new();
    private readonly RecordWriter _record = new();
    private readonly List<SubjectRow> _subjects = [];
    private readonly Vocabulary _vocabulary;
    private readonly NameTable<Posting[]>.Builder _users;
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
    private readonly List<string> _paths = [];
    private readonly ChunkedArray<BindingRow>.Builder _clusterBindings = new();
    private readonly ChunkedArray<BindingRow>.Builder _roleBindings = new();
    private readonly List<(int Identity, Posting Posting)> _userPostings = [];
    private readonly List<(int Identity, Posting Posting)> _groupPostings = [];
    private readonly ImmutableDictionary<int, ObjectMeta>.Builder _clusterMetadata = ImmutableDictionary.CreateBuilder<int, ObjectMeta>();
    private readonly ImmutableDictionary<int, ObjectMeta>.Builder _roleMetadata = ImmutableDictionary.CreateBuilder<int, ObjectMeta>();

    /// <param name="vocabulary">Has the names of all rules to come.</param>
    /// <param name="users">About how many users will come, if known.</param>
    public PolicyTablesBuilder(Vocabulary vocabulary, int users = 0)
    {
        _vocabulary = vocabulary;
        _users = new NameTable<Posting[]>.Builder(users);
    }

    public Vocabulary Vocabulary => _vocabulary;

    public static PolicyTables Build(PolicySet policy)
    {
        IEnumerable<RbacRole> roles = [.. policy.ClusterRoles, .. policy.Roles];
        var builder = new PolicyTablesBuilder(Vocabulary.Of(roles.SelectMany(r => r.Rules)));
        foreach (var role in roles)
        {
            builder.AddRole(role, new CompiledRole(role, builder._vocabulary, builder.PathId));
        }

        foreach (var binding in policy.ClusterRoleBindings)
        {
            builder.Add(binding, Posting.ClusterScope);
        }

        foreach (var binding in policy.RoleBindings)
        {
            builder.Add(binding, builder.AddNamespace(binding.Metadata.Namespace));
        }

        return builder.Build();
    }

    /// <summary>Adds a role; of two of one name the later counts.</summary>
    public void AddRole(RbacRole source, CompiledRole role) => _roles[RoleId(RoleKey.Of(source))] = role;

    /// <summary>Names a role that <see cref="AddRole"/> will bring.</summary>
    public void AddRoleKey(RbacRole role) => RoleId(RoleKey.Of(role));

    /// <summary>The id of a namespace.</summary>
    public int AddNamespace(string name) => _namespaces.GetOrAdd(name);

    /// <summary>A role reference that is not there yet; all roles must be.</summary>
    /// <param name="roleRef">The reference.</param>
    /// <param name="namespace">The namespace of the bindings that have it where that matters, as <see cref="RowMapping.RoleRefKeyOf"/> says.</param>
    public int AddRoleRef(RoleRef roleRef, string @namespace)
    {
        _roleRefs.Add(new RoleRefRow(roleRef, @namespace, RoleId(RoleKey.Of(roleRef, @namespace))));
        return _roleRefs.Count - 1;
    }

    /// <summary>A subject without its name that is not there yet.</summary>
    public int AddShape(Subject shape)
    {
        _shapes.Add(shape);
        return _shapes.Count - 1;
    }

    /// <summary>A path that is not there yet.</summary>
    public int AddPath(string path)
    {
        _paths.Add(path);
        return _paths.Count - 1;
    }

    /// <summary>Adds a binding at the end of those of its kind; subjects, role reference, namespace and path have their ids already.</summary>
    /// <param name="row">The binding without its record.</param>
    /// <param name="name">The binding's name.</param>
    /// <param name="subjects">The binding's subjects.</param>
    /// <param name="location">Where it was read.</param>
    /// <param name="metadata">The metadata when there is more than names to it.</param>
    public void AddBinding(
        BindingRow row, ReadOnlySpan<char> name, ReadOnlySpan<SubjectRow> subjects, RowLocation location, ObjectMeta? metadata)
    {
        BindingRecord.Write(_record, name, subjects, location);
        var isCluster = row.Namespace == Posting.ClusterScope;
        var rows = isCluster ? _clusterBindings : _roleBindings;
        var ordinal = rows.Count;
        rows.Add(row with { Record = _arena.Add(_record.Written) });
        if (metadata is not null)
        {
            (isCluster ? _clusterMetadata : _roleMetadata)[ordinal] = metadata;
        }

        if (!isCluster)
        {
            return;
        }

        var posting = new Posting(_roleRefs[row.RoleRef].Role, ordinal);
        foreach (ref readonly var subject in subjects)
        {
            if (subject.MatchesSomebody)
            {
                AddOnce(subject.IsGroup ? _groupPostings : _userPostings, subject.Number, posting);
            }
        }
    }

    private void Add(RbacBinding binding, int @namespace)
    {
        var bindingNamespace = @namespace == Posting.ClusterScope ? "" : binding.Metadata.Namespace;
        _subjects.Clear();
        foreach (var subject in binding.Subjects)
        {
            _subjects.Add(new SubjectRow(ShapeId(subject), IdentityOf(subject, bindingNamespace)));
        }

        AddBinding(
            new BindingRow(@namespace, RoleRefId(binding.RoleRef, bindingNamespace), Record: 0),
            binding.Metadata.Name,
            CollectionsMarshal.AsSpan(_subjects),
            RowMapping.LocationOf(binding.Location, PathId),
            RowMapping.HasMoreThanNames(binding.Metadata) ? binding.Metadata : null);
    }

    /// <summary>Who a subject of a binding in this namespace (<c>""</c> for a cluster role binding) is.</summary>
    public int IdentityOf(Subject subject, string bindingNamespace) => IdentityOf(subject, subject.Name, bindingNamespace);

    /// <summary>The same of a subject whose name stands apart.</summary>
    public int IdentityOf(Subject shape, string name, string bindingNamespace)
    {
        if (shape.Kind == RbacNames.GroupKind)
        {
            return SubjectRow.OfGroup(_groups.GetOrAdd(name));
        }

        return RowMapping.UserNameOf(shape, name, bindingNamespace) is { } userName
            ? SubjectRow.OfUser(_users.GetOrAdd(userName))
            : SubjectRow.OfNobody(_nobodies.GetOrAdd(name));
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

    public PolicyTables Build()
    {
        var (clusterBindings, roleBindings) = (_clusterBindings.Build(), _roleBindings.Build());
        var roleRefs = ChunkedArray<RoleRefRow>.Of(_roleRefs);
        _arena.Settle();
        return new PolicyTables
        {
            Arena = _arena,
            Vocabulary = _vocabulary,
            Users = _users.Build(Grouping.ByIdentity(_userPostings, _users.Count)),
            Groups = _groups.Build(Grouping.ByIdentity(_groupPostings, _groups.Count)),
            Namespaces = _namespaces.Build(Grouping.ByNamespace(_namespaces.Count, _arena, roleBindings, roleRefs)),
            Nobodies = _nobodies.Build(),
            Roles = ChunkedArray<RoleSlot>.Of(Grouping.ByRole(_roles, clusterBindings, roleRefs)),
            RoleRefs = roleRefs,
            SubjectShapes = ChunkedArray<Subject>.Of(_shapes),
            ClusterRoleBindings = clusterBindings,
            RoleBindings = roleBindings,
            RolesByResource = ChunkedArray<int[]>.Of(Grouping.ByResource(_roles, _vocabulary.Resources.Count)),
            UrlRoles = [.. Enumerable.Range(0, _roles.Count).Where(i => _roles[i] is { HasUrls: true })],
            Paths = [.. _paths],
            ClusterRoleBindingMetadata = _clusterMetadata.ToImmutable(),
            RoleBindingMetadata = _roleMetadata.ToImmutable(),
        };
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
            id = AddRoleRef(roleRef, key.Namespace);
            _roleRefIds.Add(key, id);
        }

        return id;
    }

    private int ShapeId(Subject subject)
    {
        var shape = RowMapping.ShapeOf(subject);
        if (!_shapeIds.TryGetValue(shape, out var id))
        {
            id = AddShape(shape);
            _shapeIds.Add(shape, id);
        }

        return id;
    }

    /// <summary>The number of a path, which is added when new; -1 for none.</summary>
    private int PathId(string? path)
    {
        if (path is null)
        {
            return -1;
        }

        if (!_pathIds.TryGetValue(path, out var id))
        {
            id = AddPath(path);
            _pathIds.Add(path, id);
        }

        return id;
    }
}
