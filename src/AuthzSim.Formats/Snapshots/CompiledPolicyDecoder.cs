using System.Runtime.InteropServices;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Snapshots;

/// <summary>A snapshot as a compiled policy, without making the bindings it is compiled from.</summary>
internal sealed class CompiledPolicyDecoder
{
    private readonly SnapshotContent _content;
    private readonly PolicyTablesBuilder _builder;
    private readonly RbacRole[] _sources;
    private readonly Task<CompiledRole[]> _roles;
    private readonly int[] _roleRefs;
    private readonly int[] _subjects;
    private readonly BindingColumns _columns;
    private readonly Subject[] _shapes;
    private readonly int[] _shapeOf;
    private readonly string[] _names;
    private readonly SubjectRow?[] _rows;
    private readonly List<SubjectRow> _subjectRows = [];
    private readonly Dictionary<(int Subject, int Namespace), SubjectRow> _rowsByNamespace = [];

    private CompiledPolicyDecoder(SnapshotContent content)
    {
        _content = content;
        var users = Math.Min(content[SnapshotTable.Subjects].Count, content[SnapshotTable.SubjectsOfBindings].Count);
        _builder = new PolicyTablesBuilder(Vocabulary.Of(content.Rules), users);
        Dictionary<string, int> pathIds = new(StringComparer.Ordinal);
        foreach (var path in content.Paths)
        {
            pathIds.TryAdd(path, _builder.AddPath(path));
        }

        var roles = new RoleDecoder(content);
        _sources = [.. roles.ReadClusterRoles(), .. roles.ReadRoles()];
        _roles = AddRoles(roles, path => path is null ? -1 : pathIds[path]);

        _roleRefs = AddRoleRefs();
        _shapes = AddShapes();
        _shapeOf = content[SnapshotTable.Subjects].Ids(0, _shapes.Length);
        _names = content.TextsOf(SnapshotTable.Subjects, 1);
        _subjects = content[SnapshotTable.SubjectsOfBindings].Ids(0, _names.Length);
        _rows = new SubjectRow?[_names.Length];
        _columns = new BindingColumns(content);
    }

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public static CompiledPolicy Decode(SnapshotContent content)
    {
        var decoder = new CompiledPolicyDecoder(content);
        decoder.AddBindings(SnapshotTable.ClusterRoleBindings, decoder._columns.Cluster, content.ClusterRoleBindingNames, first: 0);
        decoder.AddBindings(
            SnapshotTable.RoleBindings, decoder._columns.Namespaced, content.RoleBindingNames, first: content[SnapshotTable.ClusterRoleBindings].Count);
        var roles = decoder._roles.GetAwaiter().GetResult();
        for (var i = 0; i < roles.Length; i++)
        {
            decoder._builder.AddRole(decoder._sources[i], roles[i]);
        }

        return new CompiledPolicy(decoder._builder.Build());
    }

    /// <summary>Names the roles, so that references find them, and compiles them on another core while the bindings are read.</summary>
    private Task<CompiledRole[]> AddRoles(RoleDecoder decoder, Func<string?, int> pathId)
    {
        foreach (var role in _sources)
        {
            _builder.AddRoleKey(role);
        }

        var (roles, rules, vocabulary) = (_sources, _content.Rules, _builder.Vocabulary);
        return Task.Run(() => Compile(roles, decoder, Array.ConvertAll(rules, r => new ListedRule(r, vocabulary)), pathId));
    }

    private static CompiledRole[] Compile(RbacRole[] roles, RoleDecoder decoder, ListedRule[] rules, Func<string?, int> pathId)
    {
        var compiled = new CompiledRole[roles.Length];
        List<ListedRule> ofRole = [];
        for (var i = 0; i < roles.Length; i++)
        {
            ofRole.Clear();
            foreach (var rule in decoder.RulesOf(i))
            {
                ofRole.Add(rules[rule]);
            }

            compiled[i] = new CompiledRole(roles[i], CollectionsMarshal.AsSpan(ofRole), pathId);
        }

        return compiled;
    }

    private int[] AddRoleRefs()
    {
        var refs = _content.ReadRoleRefs();
        var namespaces = _content.TextsOf(SnapshotTable.RoleRefs, 3);
        var ids = new int[refs.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = _builder.AddRoleRef(refs[i], namespaces[i]);
        }

        return ids;
    }

    private Subject[] AddShapes()
    {
        var (kinds, groups) = (_content.TextsOf(SnapshotTable.Shapes, 0), _content.TextsOf(SnapshotTable.Shapes, 1));
        var namespaces = _content.TextsOf(SnapshotTable.Shapes, 2);
        var shapes = new Subject[kinds.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            shapes[i] = new Subject { Kind = kinds[i], ApiGroup = groups[i], Namespace = namespaces[i] };
            _builder.AddShape(shapes[i]);
        }

        return shapes;
    }

    private void AddBindings(SnapshotTable kind, BindingColumns.Columns columns, TextColumn names, int first)
    {
        var isCluster = kind == SnapshotTable.ClusterRoleBindings;
        var table = _content[kind];
        var paths = table.Ids(BindingColumns.Location, _content.Paths.Length + 1);
        var (lines, lineColumns) = (table.Numbers(BindingColumns.Location + 1), table.Numbers(BindingColumns.Location + 2));
        var namespaceIds = new int[_content.Texts.Length];
        var text = names.Text;
        for (var i = 0; i < table.Count; i++)
        {
            var namespaceText = columns.Namespaces[i];
            if (!isCluster && namespaceIds[namespaceText] == 0)
            {
                namespaceIds[namespaceText] = 1 + _builder.AddNamespace(_content.Texts[namespaceText]);
            }

            var subjects = _subjects.AsSpan(_columns.SubjectsOf(first + i));
            var subjectNamespace = isCluster ? -1 : namespaceText;
            var name = text[..names.Lengths[i]];
            text = text[name.Length..];
            _subjectRows.Clear();
            foreach (var subject in subjects)
            {
                _subjectRows.Add(RowOf(subject, subjectNamespace));
            }

            var row = new BindingRow(
                isCluster ? Posting.ClusterScope : namespaceIds[namespaceText] - 1, _roleRefs[columns.RoleRefs[i]], Record: 0);
            var location = new RowLocation(paths[i] - 1, lines[i], lineColumns[i]);
            var extra = columns.Extras[i];
            var metadata = extra == 0 ? null : _content.Metadata(_content.Texts[namespaceText], name.ToString(), extra);
            _builder.AddBinding(row, name, CollectionsMarshal.AsSpan(_subjectRows), location, metadata);
        }
    }

    /// <summary>A service account without a namespace is another one in each; every other subject is the same everywhere.</summary>
    private SubjectRow RowOf(int subject, int @namespace)
    {
        if (_rows[subject] is { } known)
        {
            return known;
        }

        var shape = _shapes[_shapeOf[subject]];
        var dependsOnNamespace = shape.Kind == RbacNames.ServiceAccountKind && shape.Namespace.Length == 0;
        if (dependsOnNamespace && _rowsByNamespace.TryGetValue((subject, @namespace), out known))
        {
            return known;
        }

        var bindingNamespace = @namespace < 0 ? "" : _content.Texts[@namespace];
        var row = new SubjectRow(_shapeOf[subject], _builder.IdentityOf(shape, _names[subject], bindingNamespace));
        if (dependsOnNamespace)
        {
            _rowsByNamespace.Add((subject, @namespace), row);
        }
        else
        {
            _rows[subject] = row;
        }

        return row;
    }
}
