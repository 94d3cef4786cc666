using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Snapshots;

/// <summary>The bindings of a snapshot as objects. Subjects that are equal and were read nowhere are one object.</summary>
internal sealed class BindingDecoder
{
    private readonly SnapshotContent _content;
    private readonly StoredBindings _bindings;
    private readonly string[] _users;
    private readonly string[] _groups;
    private readonly string[] _nobodies;
    private readonly Dictionary<(SubjectRow Row, int Namespace), Subject> _subjects = [];
    private readonly int[] _located;
    private readonly StoredLocations _locations;
    private int _nextLocated;
    private int _nextSubject;

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public BindingDecoder(SnapshotContent content)
    {
        _content = content;
        _bindings = new StoredBindings(content);
        (_users, _groups, _nobodies) = (content.Users.ToStrings(), content.Groups.ToStrings(), content.Nobodies.ToStrings());
        _located = content[SnapshotTable.LocationsOfSubjects].Numbers(0);
        _locations = content.LocationsOf(SnapshotTable.LocationsOfSubjects, 1);
    }

    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public (ImmutableArray<ClusterRoleBinding> Cluster, ImmutableArray<RoleBinding> Namespaced) ReadBindings()
    {
        var cluster = new ClusterRoleBinding[_bindings.Cluster.Count];
        for (var i = 0; i < cluster.Length; i++)
        {
            var subjects = SubjectsOf(i);
            cluster[i] = new ClusterRoleBinding
            {
                Metadata = _bindings.MetadataOf(i),
                RoleRef = _bindings.RoleRefs[_bindings.Cluster.RoleRefs[i]],
                Subjects = subjects,
                Location = LocationOf(i),
            };
        }

        var namespaced = new RoleBinding[_bindings.Namespaced.Count];
        for (var i = 0; i < namespaced.Length; i++)
        {
            var subjects = SubjectsOf(cluster.Length + i);
            namespaced[i] = new RoleBinding
            {
                Metadata = _bindings.MetadataOf(cluster.Length + i),
                RoleRef = _bindings.RoleRefs[_bindings.Namespaced.RoleRefs[i]],
                Subjects = subjects,
                Location = LocationOf(cluster.Length + i),
            };
        }

        return _nextLocated == _located.Length
            ? (ImmutableCollectionsMarshal.AsImmutableArray(cluster), ImmutableCollectionsMarshal.AsImmutableArray(namespaced))
            : throw new InvalidDataException("a subject that is not there was read somewhere");
    }

    private SourceLocation LocationOf(int binding) => RowMapping.LocationOf(_content.Paths, new BindingRecord(_bindings.Records[binding]).Location);

    private ImmutableArray<Subject> SubjectsOf(int binding)
    {
        if (!_bindings.IsSound(binding))
        {
            throw new InvalidDataException("a record is damaged");
        }

        var @namespace = binding < _bindings.Cluster.Count ? Posting.ClusterScope : _bindings.Namespaced.Namespaces[binding - _bindings.Cluster.Count];
        var rows = new BindingRecord(_bindings.Records[binding]).Subjects;
        var subjects = rows.Count == 0 ? [] : new Subject[rows.Count];
        var next = 0;
        foreach (var row in rows)
        {
            subjects[next++] = Located(SubjectOf(row, @namespace));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(subjects);
    }

    private Subject Located(Subject subject)
    {
        if (_nextLocated == _located.Length || _located[_nextLocated] != _nextSubject++)
        {
            return subject;
        }

        return subject with { Location = _locations[_nextLocated++] };
    }

    /// <summary>A service account without a namespace is another one in each; every other subject is the same everywhere.</summary>
    private Subject SubjectOf(SubjectRow row, int @namespace)
    {
        var shape = _bindings.Shapes[row.Shape];
        var isOfBinding = shape.Kind == RbacNames.ServiceAccountKind && shape.Namespace.Length == 0;
        ref var subject = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _subjects, (row, isOfBinding ? @namespace : Posting.ClusterScope), out _);
        return subject ??= shape with { Name = NameOf(shape, row, @namespace) };
    }

    private string NameOf(Subject shape, SubjectRow row, int @namespace)
    {
        if (!row.MatchesSomebody)
        {
            return _nobodies[~row.Identity];
        }

        if (row.IsGroup)
        {
            return _groups[row.Number];
        }

        if (shape.Kind == RbacNames.UserKind)
        {
            return _users[row.Number];
        }

        var accountNamespace = shape.Namespace.Length > 0 ? shape.Namespace : _bindings.Namespaces[@namespace];
        return _users[row.Number][ServiceAccountNames.PrefixLength(accountNamespace)..];
    }
}
