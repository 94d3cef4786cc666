using System.Buffers;
using AuthzSim.Compiled;

namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// A snapshot as a compiled policy: its records are checked and copied, and what finds them is made anew. What does not need
/// each other is done on all cores.
/// </summary>
internal sealed class CompiledPolicyDecoder
{
    // Fewer are done before another thread has begun.
    private const int RolesAtOnce = 256;
    private const int NamespacesAtOnce = 64;
    private const int ParallelBindings = 4_000;

    private readonly SnapshotContent _content;
    private readonly BindingNames _names;
    private readonly PolicyTablesBuilder _builder;
    private readonly StoredRoles _roles;
    private readonly CompiledRole[] _compiled;
    private readonly StoredBindings _bindings;
    private readonly bool _isParallel;

    private CompiledPolicyDecoder(SnapshotContent content)
    {
        _content = content;
        _names = new BindingNames(content.Users.Count);
        _roles = new StoredRoles(content);
        _bindings = new StoredBindings(content);
        _builder = new PolicyTablesBuilder(content.Vocabulary, _names, _roles.Count, _bindings.RoleRefs.Length);
        _compiled = new CompiledRole[_roles.Count];
        _isParallel = _bindings.Records.Count + _roles.Count >= ParallelBindings;
    }

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public static CompiledPolicy Decode(SnapshotContent content) => new(new CompiledPolicyDecoder(content).Decode());

    private PolicyTables Decode()
    {
        DoAll([AddUsers, AddOtherNames, .. Parts(_roles.Count, RolesAtOnce, CompileRoles)]);
        AddRoles();
        AddBindings();
        var (roleBindings, roleRefs) = _builder.BuildRoleBindings();
        var byNamespace = IndexNamespaces(roleBindings, roleRefs);
        AddMetadata(_bindings.Cluster, isNamespaced: false);
        AddMetadata(_bindings.Namespaced, isNamespaced: true);
        return _builder.Build(roleBindings, roleRefs, byNamespace);
    }

    /// <summary>Checks the role bindings and indexes them by namespace.</summary>
    private NamespaceBindings[] IndexNamespaces(ChunkedArray<BindingRow> roleBindings, ChunkedArray<RoleRefRow> roleRefs)
    {
        var places = new NamespacePlaces(_bindings.Namespaces.Length, roleBindings);
        var stored = _content[SnapshotTable.OrderOfSubjects];
        var starts = StoredTable.Starts(_content[SnapshotTable.NamespacesOfBindings].Numbers(1), stored.Count);
        var order = ArrayPool<int>.Shared.Rent(stored.Count);
        stored.CopyNumbers(0, order.AsSpan(0, stored.Count));
        var byNamespace = new NamespaceBindings[_bindings.Namespaces.Length];
        DoAll([.. Parts(byNamespace.Length, NamespacesAtOnce, AddNamespaces)]);
        ArrayPool<int>.Shared.Return(order);
        return byNamespace;

        bool AddNamespaces(Range namespaces)
        {
            using var collector = new NamespaceBindings.Collector(roleBindings, roleRefs);
            var (first, count) = namespaces.GetOffsetAndLength(byNamespace.Length);
            for (var i = first; i < first + count; i++)
            {
                var inNamespace = places[i];
                for (var number = 0; number < inNamespace.Length; number++)
                {
                    if (!_bindings.IsSound(_bindings.Cluster.Count + inNamespace[number], collector, number))
                    {
                        return false;
                    }
                }

                byNamespace[i] = collector.Collect(inNamespace, order.AsSpan(starts[i]..starts[i + 1]));
            }

            return true;
        }
    }

    private static IEnumerable<Func<bool>> Parts(int count, int size, Func<Range, bool> part)
    {
        for (var start = 0; start < count; start += size)
        {
            var range = start..Math.Min(count, start + size);
            yield return () => part(range);
        }
    }

    /// <summary>Does parts of the work, which are false where something is damaged.</summary>
    private void DoAll(Func<bool>[] parts)
    {
        var isSound = _isParallel
            ? Parallel.For(0, parts.Length, (i, state) =>
            {
                if (!parts[i]())
                {
                    state.Stop();
                }
            }).IsCompleted
            : Array.TrueForAll(parts, static part => part());
        if (!isSound)
        {
            throw new InvalidDataException("the snapshot is damaged: a record or a name is not what it should be");
        }
    }

    private bool AddUsers() => _content.Users.TryAddTo(_names.Users);

    private bool AddOtherNames()
    {
        var isSound = _content.Groups.TryAddTo(_names.Groups) && _content.Nobodies.TryAddTo(_names.Nobodies);
        foreach (var @namespace in _bindings.Namespaces)
        {
            isSound &= _names.Namespaces.GetOrAdd(@namespace) == _names.Namespaces.Count - 1;
        }

        return isSound && _names.Namespaces.Count == _bindings.Namespaces.Length;
    }

    private bool CompileRoles(Range roles)
    {
        var compiler = new RoleCompiler(_content.Vocabulary);
        var (first, count) = roles.GetOffsetAndLength(_roles.Count);
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

    private void AddRoles()
    {
        foreach (var path in _content.Paths)
        {
            _builder.AddPath(path);
        }

        foreach (var shape in _bindings.Shapes)
        {
            _builder.AddShape(shape);
        }

        foreach (var role in _compiled)
        {
            _builder.AddRole(role);
        }

        for (var i = 0; i < _bindings.RoleRefs.Length; i++)
        {
            _builder.AddRoleRef(_bindings.RoleRefs[i], _bindings.NamespacesOfRoleRefs[i]);
        }
    }

    /// <summary>Adds all bindings, of which the cluster role bindings are checked here and the role bindings when they are indexed.</summary>
    private void AddBindings()
    {
        var (cluster, namespaced, records) = (_bindings.Cluster, _bindings.Namespaced, _bindings.Records);
        var start = _builder.AddRecords(_content.BindingRecords.Span);
        for (var i = 0; i < cluster.Count; i++)
        {
            if (!_bindings.IsSound(i))
            {
                throw new InvalidDataException("the snapshot is damaged: a record is not what it should be");
            }

            _builder.AddClusterRoleBinding(new BindingRow(Posting.ClusterScope, cluster.RoleRefs[i], start + records.StartOf(i)));
        }

        for (var i = 0; i < namespaced.Count; i++)
        {
            _builder.AddRoleBinding(new BindingRow(namespaced.Namespaces[i], namespaced.RoleRefs[i], start + records.StartOf(cluster.Count + i)));
        }
    }

    private void AddMetadata(StoredBindings.Columns columns, bool isNamespaced)
    {
        for (var i = 0; columns.HasExtras && i < columns.Count; i++)
        {
            if (columns.ExtraOf(i) > 0)
            {
                _builder.SetMetadata(isNamespaced, i, _bindings.MetadataOf(isNamespaced ? _bindings.Cluster.Count + i : i));
            }
        }
    }
}
