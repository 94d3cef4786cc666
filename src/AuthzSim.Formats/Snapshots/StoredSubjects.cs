using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// Knows which subjects there can be. Who a subject is follows from its kind, namespace and name, and a record says it all the
/// same: a snapshot that says something else would be one policy as objects and another one compiled.
/// </summary>
internal sealed class StoredSubjects
{
    private readonly TextColumn _users;
    private readonly int _groups;
    private readonly int _nobodies;
    private readonly string[] _namespaces;
    private readonly Shape[] _shapes;

    public StoredSubjects(SnapshotContent content, string[] namespaces)
    {
        (_users, _groups, _nobodies) = (content.Users, content.Groups.Count, content.Nobodies.Count);
        _namespaces = namespaces;
        _shapes = Array.ConvertAll(content.ReadShapes(), s => new Shape(SortOf(s), s.Namespace));
    }

    private enum Sort
    {
        User,
        Group,
        Account,
        Nobody,
    }

    /// <summary>Reads a subject of a binding in a namespace, given by its id.</summary>
    public void Check(ref RecordCheck record, int @namespace)
    {
        var number = record.Id(_shapes.Length);
        var identity = record.Signed();
        if (!record.IsBroken && !CanBe(_shapes[number], identity, @namespace))
        {
            record.Break();
        }
    }

    private static Sort SortOf(Subject shape) => shape.Kind switch
    {
        RbacNames.UserKind => Sort.User,
        RbacNames.GroupKind => Sort.Group,
        RbacNames.ServiceAccountKind => Sort.Account,
        _ => Sort.Nobody,
    };

    private bool CanBe(Shape shape, int identity, int @namespace)
    {
        var sort = shape.Sort;
        var accountNamespace = shape.Namespace;
        if (sort == Sort.Account && accountNamespace.Length == 0)
        {
            accountNamespace = @namespace == Posting.ClusterScope ? "" : _namespaces[@namespace];
            sort = accountNamespace.Length == 0 ? Sort.Nobody : sort;
        }

        var row = new SubjectRow(0, identity);
        return sort switch
        {
            Sort.Group => row.MatchesSomebody && row.IsGroup && row.Number < _groups,
            Sort.Nobody => !row.MatchesSomebody && ~identity < _nobodies,
            _ => row.MatchesSomebody && !row.IsGroup && row.Number < _users.Count && (sort == Sort.User || IsAccountIn(row.Number, accountNamespace)),
        };
    }

    private bool IsAccountIn(int user, string @namespace) =>
        _users.HasAt(user, 0, ServiceAccountNames.Prefix)
        && _users.HasAt(user, ServiceAccountNames.Prefix.Length, @namespace)
        && _users.HasAt(user, ServiceAccountNames.PrefixLength(@namespace) - 1, ":");

    private readonly record struct Shape(Sort Sort, string Namespace);
}
