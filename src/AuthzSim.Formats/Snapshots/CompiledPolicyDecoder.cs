using AuthzSim.Compiled;

namespace AuthzSim.Formats.Snapshots;

/// <summary>A snapshot as a compiled policy: its records are checked and copied, and what finds them is made anew.</summary>
internal sealed class CompiledPolicyDecoder
{
    private const int RolesAtOnce = 256;
    private const int BindingsAtOnce = 4096;

    private readonly SnapshotContent _content;
    private readonly BindingNames _names;
    private readonly PolicyTablesBuilder _builder;
    private readonly StoredRoles _roles;
    private readonly CompiledRole[] _compiled;
    private readonly StoredBindings _bindings;

    private CompiledPolicyDecoder(SnapshotContent content)
    {
        _content = content;
        _names = new BindingNames(content.Users.Count);
        _builder = new PolicyTablesBuilder(content.Vocabulary, _names);
        _roles = new StoredRoles(content);
        _compiled = new CompiledRole[_roles.Count];
        _bindings = new StoredBindings(content);
    }

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public static CompiledPolicy Decode(SnapshotContent content) => new(new CompiledPolicyDecoder(content).Decode());

    private PolicyTables Decode()
    {
        AddNames();
        Check(_roles.Count, RolesAtOnce, CompileRoles);
        Check(_bindings.Records.Count, BindingsAtOnce, AreSound);
        AddRoles();
        AddBindings(isNamespaced: false);
        AddBindings(isNamespaced: true);
        return _builder.Build();
    }

    /// <summary>Does something to parts of a whole on all cores, which is false of a part that is damaged.</summary>
    private static void Check(int count, int size, Func<Range, bool> part)
    {
        var parts = (count + size - 1) / size;
        var isSound = parts <= 1
            ? part(..count)
            : Parallel.For(0, parts, (i, state) =>
            {
                if (!part((i * size)..Math.Min(count, (i + 1) * size)))
                {
                    state.Stop();
                }
            }).IsCompleted;
        if (!isSound)
        {
            throw new InvalidDataException("a record is damaged");
        }
    }

    private void AddNames()
    {
        _content.Users.AddTo(_names.Users);
        _content.Groups.AddTo(_names.Groups);
        _content.Nobodies.AddTo(_names.Nobodies);
        foreach (var @namespace in _bindings.Namespaces)
        {
            if (_names.Namespaces.GetOrAdd(@namespace) != _names.Namespaces.Count - 1)
            {
                throw new InvalidDataException("a namespace is there twice");
            }
        }
    }

    private bool CompileRoles(Range range)
    {
        var compiler = new RoleCompiler(_content.Vocabulary);
        var (first, count) = range.GetOffsetAndLength(_roles.Count);
        for (var i = first; i < first + count; i++)
        {
            if (!_roles.IsSound(i))
            {
                return false;
            }

            _compiled[i] = compiler.Compile(_roles[i]);
        }

        return true;
    }

    private bool AreSound(Range range)
    {
        var (first, count) = range.GetOffsetAndLength(_bindings.Records.Count);
        for (var i = first; i < first + count; i++)
        {
            if (!_bindings.IsSound(i))
            {
                return false;
            }
        }

        return true;
    }

    private void AddRoles()
    {
        foreach (var path in _content.Paths)
        {
            _builder.AddPath(path);
        }

        foreach (var shape in _content.ReadShapes())
        {
            _builder.AddShape(shape);
        }

        for (var i = 0; i < _compiled.Length; i++)
        {
            _builder.SetRole(_builder.RoleId(_compiled[i].Record.Key), _compiled[i]);
        }

        var namespaces = _content.TextsOf(SnapshotTable.RoleRefs, 3);
        var refs = _content.ReadRoleRefs();
        for (var i = 0; i < refs.Length; i++)
        {
            _builder.AddRoleRef(refs[i], namespaces[i]);
        }
    }

    private void AddBindings(bool isNamespaced)
    {
        var columns = isNamespaced ? _bindings.Namespaced : _bindings.Cluster;
        var first = isNamespaced ? _bindings.Cluster.Count : 0;
        var rows = new BindingRow[columns.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new BindingRow(isNamespaced ? columns.Namespaces[i] : Posting.ClusterScope, columns.RoleRefs[i], Record: 0);
        }

        _builder.AddBindings(rows, _bindings.Records.Of(first..(first + columns.Count)), columns.Lengths);
        for (var i = 0; i < rows.Length; i++)
        {
            if (columns.Extras[i] > 0)
            {
                _builder.SetMetadata(isNamespaced, i, _bindings.MetadataOf(first + i));
            }
        }
    }
}
