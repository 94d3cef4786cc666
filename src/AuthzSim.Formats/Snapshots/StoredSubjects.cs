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

    // Of a user that was found to be a service account, in what namespace: an id and one, or the complement of a shape.
    // Cores that check at the same time write over each other nothing but what is true.
    private readonly int[] _namespaceOf;

    public StoredSubjects(SnapshotContent content, Subject[] shapes, string[] namespaces)
    {
        (_users, _groups, _nobodies) = (content.Users, content.Groups.Count, content.Nobodies.Count);
        _namespaces = namespaces;
        _namespaceOf = new int[content.Users.Count];
        _shapes = Array.ConvertAll(shapes, ShapeOf);
    }

    /// <summary>Reads the subjects of a binding in a namespace, given by its id.</summary>
    /// <param name="record">The record, which is broken afterwards if there can be no such subject.</param>
    /// <param name="namespace">The namespace.</param>
    /// <param name="collector">Takes the subjects, if they are wanted.</param>
    /// <param name="number">The number of the binding in its namespace.</param>
    public void Read(ref RecordCheck record, int @namespace, NamespaceBindings.Collector? collector, int number)
    {
        for (var left = record.Count(); left > 0; left--)
        {
            var shape = record.Id(_shapes.Length);
            var identity = record.Signed();
            if (record.IsBroken || !CanBe(shape, identity, @namespace))
            {
                record.Break();
                return;
            }

            collector?.Add(number, identity);
        }
    }

    private Shape ShapeOf(Subject shape) => shape.Kind switch
    {
        RbacNames.UserKind => new Shape(SubjectRow.OfUser(0), _users.Count, AccountNamespace: null),
        RbacNames.GroupKind => new Shape(SubjectRow.OfGroup(0), _groups, AccountNamespace: null),
        RbacNames.ServiceAccountKind => new Shape(SubjectRow.OfUser(0), _users.Count, shape.Namespace),
        _ => new Shape(0, 0, AccountNamespace: null, IsNobody: true),
    };

    private bool CanBe(int shape, int identity, int @namespace)
    {
        ref readonly var known = ref _shapes[shape];

        // Negative numbers are too large as well.
        var isSomebody = ((identity ^ known.Parity) & 1) == 0 & (uint)(identity >> 1) < (uint)known.Limit;
        if (known.AccountNamespace is not { } account)
        {
            return isSomebody || (known.IsNobody && IsNobody(identity));
        }

        if (account.Length > 0)
        {
            return isSomebody && IsAccountIn(identity >> 1, ~shape, account);
        }

        // An account in no namespace is nobody.
        account = @namespace == Posting.ClusterScope ? "" : _namespaces[@namespace];
        return account.Length == 0 ? IsNobody(identity) : isSomebody && IsAccountIn(identity >> 1, @namespace + 1, account);
    }

    /// <summary>Hardly any account is named from two namespaces, so that one comparison mostly does.</summary>
    private bool IsAccountIn(int user, int where, string @namespace)
    {
        if (_namespaceOf[user] == where)
        {
            return true;
        }

        var isAccount = _users.HasAt(user, 0, ServiceAccountNames.Prefix)
            && _users.HasAt(user, ServiceAccountNames.Prefix.Length, @namespace)
            && _users.HasAt(user, ServiceAccountNames.PrefixLength(@namespace) - 1, ":");
        if (isAccount)
        {
            _namespaceOf[user] = where;
        }

        return isAccount;
    }

    private bool IsNobody(int identity) => identity < 0 && ~identity < _nobodies;

    /// <summary>What identities there can be with a shape.</summary>
    private readonly record struct Shape(int Parity, int Limit, string? AccountNamespace, bool IsNobody = false);
}
