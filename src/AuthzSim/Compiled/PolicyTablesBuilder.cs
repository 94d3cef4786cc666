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
    private char[] _key = new char[128];
    private readonly Vocabulary _vocabulary;
    private readonly BindingNames _names;
    private readonly NameTable<byte>.Builder _roleKeys;
    private readonly List<CompiledRole?> _roles;
    private readonly Dictionary<(RoleRef RoleRef, string Namespace), int> _roleRefIds = [];
    private readonly List<RoleRefRow> _roleRefs;
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
    /// <param name="names">Has names of bindings to come, or takes them.</param>
    /// <param name="roles">How many roles will come, if known.</param>
    /// <param name="roleRefs">How many role references will come, if known.</param>
    public PolicyTablesBuilder(Vocabulary vocabulary, BindingNames names, int roles = 0, int roleRefs = 0)
    {
        (_vocabulary, _names) = (vocabulary, names);
        (_roleKeys, _roles, _roleRefs) = (new NameTable<byte>.Builder(roles), new List<CompiledRole?>(roles), new List<RoleRefRow>(roleRefs));
    }

    public static PolicyTables Build(PolicySet policy)
    {
        IEnumerable<RbacRole> roles = [.. policy.ClusterRoles, .. policy.Roles];
        var builder = new PolicyTablesBuilder(Vocabulary.Of(roles.SelectMany(r => r.Rules)), new BindingNames());
        var compiler = new RoleCompiler(builder._vocabulary);
        foreach (var role in roles)
        {
            var record = RoleRecord.Of(role, builder._vocabulary, builder.PathId);
            builder.AddRole(compiler.Compile(record));
        }

        foreach (var binding in policy.ClusterRoleBindings)
        {
            builder.Add(binding, Posting.ClusterScope);
        }

        foreach (var binding in policy.RoleBindings)
        {
            builder.Add(binding, builder._names.Namespaces.GetOrAdd(binding.Metadata.Namespace));
        }

        return builder.Build();
    }

    /// <summary>Adds a role; of two of one name the later counts.</summary>
    public void AddRole(CompiledRole role) => _roles[RoleId(role.Record.KeyIn(ref _key))] = role;

    /// <summary>A role reference that is not there yet; all roles must be.</summary>
    /// <param name="roleRef">The reference.</param>
    /// <param name="namespace">The namespace of the bindings that have it where that matters, as <see cref="RowMapping.RoleRefKeyOf"/> says.</param>
    public int AddRoleRef(RoleRef roleRef, string @namespace)
    {
        _roleRefs.Add(new RoleRefRow(roleRef, @namespace, RoleId(RoleKey.In(ref _key, roleRef, @namespace))));
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

    /// <summary>Keeps the records of bindings to come.</summary>
    /// <returns>Where the first starts; the others are as far from it as they are now.</returns>
    public int AddRecords(ReadOnlySpan<byte> records) => _arena.AddAll(records);

    /// <summary>Says what more there is to the metadata of a binding than names.</summary>
    public void SetMetadata(bool isNamespaced, int ordinal, ObjectMeta metadata) =>
        (isNamespaced ? _roleMetadata : _clusterMetadata)[ordinal] = metadata;

    private void Add(RbacBinding binding, int @namespace)
    {
        var bindingNamespace = @namespace == Posting.ClusterScope ? "" : binding.Metadata.Namespace;
        _subjects.Clear();
        foreach (var subject in binding.Subjects)
        {
            _subjects.Add(new SubjectRow(ShapeId(subject), IdentityOf(subject, bindingNamespace)));
        }

        BindingRecord.Write(
            _record, binding.Metadata.Name, CollectionsMarshal.AsSpan(_subjects), RowMapping.LocationOf(binding.Location, PathId));
        var isCluster = @namespace == Posting.ClusterScope;
        if (RowMapping.HasMoreThanNames(binding.Metadata))
        {
            SetMetadata(!isCluster, isCluster ? _clusterBindings.Count : _roleBindings.Count, binding.Metadata);
        }

        var row = new BindingRow(@namespace, RoleRefId(binding.RoleRef, bindingNamespace), _arena.Add(_record.Written));
        if (isCluster)
        {
            AddClusterRoleBinding(row);
        }
        else
        {
            AddRoleBinding(row);
        }
    }

    /// <summary>Adds a role binding, whose record is kept, at the end of those there are.</summary>
    public void AddRoleBinding(in BindingRow row) => _roleBindings.Add(row);

    /// <summary>Adds a cluster role binding, whose record is kept, at the end of those there are.</summary>
    public void AddClusterRoleBinding(in BindingRow row)
    {
        var posting = new Posting(_roleRefs[row.RoleRef].Role, _clusterBindings.Count);
        _clusterBindings.Add(row);
        foreach (var subject in new BindingRecord(_arena[row.Record]).Subjects)
        {
            if (subject.MatchesSomebody)
            {
                AddOnce(subject.IsGroup ? _groupPostings : _userPostings, subject.Number, posting);
            }
        }
    }

    private int IdentityOf(Subject subject, string bindingNamespace)
    {
        if (subject.Kind == RbacNames.GroupKind)
        {
            return SubjectRow.OfGroup(_names.Groups.GetOrAdd(subject.Name));
        }

        return RowMapping.UserNameOf(subject, bindingNamespace) is { } userName
            ? SubjectRow.OfUser(_names.Users.GetOrAdd(userName))
            : SubjectRow.OfNobody(_names.Nobodies.GetOrAdd(subject.Name));
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

    /// <summary>The role bindings and role references, for whoever finds the role bindings of each namespace elsewhere; none may be added after.</summary>
    public (ChunkedArray<BindingRow> RoleBindings, ChunkedArray<RoleRefRow> RoleRefs) BuildRoleBindings() =>
        (_roleBindings.Build(), ChunkedArray<RoleRefRow>.Of(_roleRefs));

    public PolicyTables Build()
    {
        var (roleBindings, roleRefs) = BuildRoleBindings();
        return Build(roleBindings, roleRefs, Grouping.ByNamespace(_names.Namespaces.Count, _arena, roleBindings, roleRefs));
    }

    /// <summary>All tables; nothing may be added after.</summary>
    /// <param name="roleBindings">The role bindings; see <see cref="BuildRoleBindings"/>.</param>
    /// <param name="roleRefs">The role references.</param>
    /// <param name="bindingsByNamespace">The role bindings of each namespace.</param>
    public PolicyTables Build(
        ChunkedArray<BindingRow> roleBindings, ChunkedArray<RoleRefRow> roleRefs, NamespaceBindings[] bindingsByNamespace)
    {
        var clusterBindings = _clusterBindings.Build();
        _arena.Settle();
        return new PolicyTables
        {
            Arena = _arena,
            Vocabulary = _vocabulary,
            Users = _names.Users.Build(Grouping.ByIdentity(_userPostings, _names.Users.Count)),
            Groups = _names.Groups.Build(Grouping.ByIdentity(_groupPostings, _names.Groups.Count)),
            Namespaces = _names.Namespaces.Build(bindingsByNamespace),
            Nobodies = _names.Nobodies.Build(),
            Roles = Grouping.ByRole(_roles, clusterBindings, roleRefs),
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

    private int RoleId(ReadOnlySpan<char> key)
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
