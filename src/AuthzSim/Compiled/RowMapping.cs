using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>Objects to rows and back.</summary>
internal static class RowMapping
{
    /// <summary>The user name a User or ServiceAccount subject stands for; null when no user can match it.</summary>
    public static string? UserNameOf(Subject subject, string bindingNamespace)
    {
        if (subject.Kind == RbacNames.UserKind)
        {
            return subject.Name;
        }

        var @namespace = subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace;
        return subject.Kind == RbacNames.ServiceAccountKind && @namespace.Length > 0
            ? ServiceAccountNames.MakeUserName(@namespace, subject.Name)
            : null;
    }

    /// <summary>A cluster role is the same from every namespace; a role is not.</summary>
    public static (RoleRef RoleRef, string Namespace) RoleRefKeyOf(RoleRef roleRef, string bindingNamespace) =>
        (roleRef, roleRef.Kind == RbacNames.RoleKind ? bindingNamespace : "");

    public static Subject ShapeOf(Subject subject) => new() { Kind = subject.Kind, ApiGroup = subject.ApiGroup, Namespace = subject.Namespace };

    public static bool HasMoreThanNames(ObjectMeta metadata) =>
        metadata != new ObjectMeta { Name = metadata.Name, Namespace = metadata.Namespace };

    /// <summary>The cluster role binding at a place in the order.</summary>
    public static ClusterRoleBinding ClusterRoleBindingAt(PolicyTables tables, int ordinal)
    {
        ref readonly var row = ref tables.ClusterRoleBindings[ordinal];
        var record = tables.RecordOf(row);
        return new ClusterRoleBinding
        {
            Metadata = tables.ClusterRoleBindingMetadata.GetValueOrDefault(ordinal) ?? new ObjectMeta { Name = record.Name },
            RoleRef = tables.RoleRefs[row.RoleRef].RoleRef,
            Subjects = SubjectsOf(tables, record, row.Namespace),
            Location = LocationOf(tables.Paths.AsSpan(), record.Location),
        };
    }

    /// <summary>The role binding at a place in the order.</summary>
    public static RoleBinding RoleBindingAt(PolicyTables tables, int ordinal)
    {
        ref readonly var row = ref tables.RoleBindings[ordinal];
        var record = tables.RecordOf(row);
        return new RoleBinding
        {
            Metadata = tables.RoleBindingMetadata.GetValueOrDefault(ordinal)
                ?? new ObjectMeta { Name = record.Name, Namespace = tables.Namespaces[row.Namespace] },
            RoleRef = tables.RoleRefs[row.RoleRef].RoleRef,
            Subjects = SubjectsOf(tables, record, row.Namespace),
            Location = LocationOf(tables.Paths.AsSpan(), record.Location),
        };
    }

    /// <summary>The binding of either kind at a place in the order of its kind.</summary>
    public static RbacBinding BindingAt(PolicyTables tables, bool isNamespaced, int ordinal) =>
        isNamespaced ? RoleBindingAt(tables, ordinal) : ClusterRoleBindingAt(tables, ordinal);

    public static ref readonly BindingRow RowOf(PolicyTables tables, bool isNamespaced, int ordinal) =>
        ref isNamespaced ? ref tables.RoleBindings[ordinal] : ref tables.ClusterRoleBindings[ordinal];

    /// <summary>The first subject of a binding, in list order, that applies to a user; null when none does.</summary>
    public static Subject? FirstSubjectOf(PolicyTables tables, bool isNamespaced, int ordinal, UserInfo user)
    {
        ref readonly var row = ref RowOf(tables, isNamespaced, ordinal);
        var bindingNamespace = isNamespaced ? tables.Namespaces[row.Namespace] : "";
        foreach (var subjectRow in tables.RecordOf(row).Subjects)
        {
            var subject = SubjectOf(tables, subjectRow, row.Namespace);
            if (RuleResolver.AppliesToUser(user, subject, bindingNamespace))
            {
                return subject;
            }
        }

        return null;
    }

    public static RowLocation LocationOf(SourceLocation location, Func<string?, int> pathId) =>
        new(pathId(location.Path), location.Line, location.Column);

    public static SourceLocation LocationOf(ReadOnlySpan<string> paths, RowLocation location) =>
        new(location.Path < 0 ? null : paths[location.Path], location.Line, location.Column);

    /// <summary>A subject of a binding in a namespace, given by its id, as written.</summary>
    public static Subject SubjectOf(PolicyTables tables, SubjectRow row, int @namespace)
    {
        var shape = tables.SubjectShapes[row.Shape];
        return new Subject
        {
            Kind = shape.Kind,
            ApiGroup = shape.ApiGroup,
            Namespace = shape.Namespace,
            Name = NameOf(tables, shape, row, @namespace),
        };
    }

    private static string NameOf(PolicyTables tables, Subject shape, SubjectRow row, int @namespace)
    {
        if (!row.MatchesSomebody)
        {
            return tables.Nobodies[~row.Identity];
        }

        if (row.IsGroup)
        {
            return tables.Groups[row.Number];
        }

        if (shape.Kind == RbacNames.UserKind)
        {
            return tables.Users[row.Number];
        }

        var accountNamespace = shape.Namespace.Length > 0 || @namespace < 0 ? shape.Namespace : tables.Namespaces[@namespace];
        return tables.Users.SlotOf(row.Number).NameFrom(ServiceAccountNames.PrefixLength(accountNamespace));
    }

    private static ImmutableArray<Subject> SubjectsOf(PolicyTables tables, BindingRecord record, int @namespace)
    {
        var rows = record.Subjects;
        var subjects = ImmutableArray.CreateBuilder<Subject>(rows.Count);
        foreach (var row in rows)
        {
            subjects.Add(SubjectOf(tables, row, @namespace));
        }

        return subjects.MoveToImmutable();
    }
}
