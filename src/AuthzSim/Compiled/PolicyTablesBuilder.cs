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
    private readonly BindingNames _names;
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
    /// <param name="names">Has names of bindings to come, or takes them.</param>
    public PolicyTablesBuilder(Vocabulary vocabulary, BindingNames names) => (_vocabulary, _names) = (vocabulary, names);

    public static PolicyTables Build(PolicySet policy)
    {
        IEnumerable<RbacRole> roles = [.. policy.ClusterRoles, .. policy.Roles];
        var builder = new PolicyTablesBuilder(Vocabulary.Of(roles.SelectMany(r => r.Rules)), new BindingNames());
        var compiler = new RoleCompiler(builder._vocabulary);
        foreach (var role in roles)
        {
            var record = RoleRecord.Of(role, builder._vocabulary, builder.PathId);
            builder.SetRole(builder.RoleId(record.Key), compiler.Compile(record));
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

    /// <summary>The number of a role, given by its key.</summary>
    public int RoleId(string key)
    {
        var id = _roleKeys.GetOrAdd(key);
        if (id == _roles.Count)
        {
            _roles.Add(null);
        }

        return id;
    }

    /// <summary>Says what a role is; of two of one name the later counts.</summary>
    public void SetRole(int id, CompiledRole role) => _roles[id] = role;

    /// <summary>A role reference that is not there yet; all roles must have their numbers.</summary>
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

    /// <summary>Adds bindings of one kind whose subjects, role references, namespaces and paths have their ids already.</summary>
    /// <param name="rows">The bindings without their records; takes these.</param>
    /// <param name="records">The records, one behind the other.</param>
    /// <param name="lengths">The length of each record.</param>
    public void AddBindings(Span<BindingRow> rows, ReadOnlySpan<byte> records, ReadOnlySpan<int> lengths)
    {
        var starts = new int[rows.Length];
        _arena.AddAll(records, lengths, starts);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = rows[i] with { Record = starts[i] };
            Add(rows[i]);
        }
    }

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

        Add(new BindingRow(@namespace, RoleRefId(binding.RoleRef, bindingNamespace), _arena.Add(_record.Written)));
    }

    /// <summary>Adds a binding at the end of those of its kind.</summary>
    private void Add(BindingRow row)
    {
        if (row.Namespace != Posting.ClusterScope)
        {
            _roleBindings.Add(row);
            return;
        }

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

    public PolicyTables Build()
    {
        var (clusterBindings, roleBindings) = (_clusterBindings.Build(), _roleBindings.Build());
        var roleRefs = ChunkedArray<RoleRefRow>.Of(_roleRefs);
        _arena.Settle();
        return new PolicyTables
        {
            Arena = _arena,
            Vocabulary = _vocabulary,
            Users = _names.Users.Build(Grouping.ByIdentity(_userPostings, _names.Users.Count)),
            Groups = _names.Groups.Build(Grouping.ByIdentity(_groupPostings, _names.Groups.Count)),
            Namespaces = _names.Namespaces.Build(Grouping.ByNamespace(_names.Namespaces.Count, _arena, roleBindings, roleRefs)),
            Nobodies = _names.Nobodies.Build(),
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
