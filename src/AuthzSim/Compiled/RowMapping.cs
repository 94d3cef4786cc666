using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>Objects to rows and back.</summary>
internal static class RowMapping
{
    /// <summary>The user name a User or ServiceAccount subject stands for; null when no user can match it.</summary>
    public static string? UserNameOf(Subject subject, string bindingNamespace) => UserNameOf(subject, subject.Name, bindingNamespace);

    /// <summary>The same of a subject whose name stands apart.</summary>
    public static string? UserNameOf(Subject subject, string name, string bindingNamespace)
    {
        if (subject.Kind == RbacNames.UserKind)
        {
            return name;
        }

        var @namespace = subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace;
        return subject.Kind == RbacNames.ServiceAccountKind && @namespace.Length > 0
            ? ServiceAccountNames.MakeUserName(@namespace, name)
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
        return new ClusterRoleBinding
        {
            Metadata = tables.ClusterRoleBindingMetadata.GetValueOrDefault(ordinal) ?? new ObjectMeta { Name = Text(tables, row.Name) },
            RoleRef = tables.RoleRefs[row.RoleRef].RoleRef,
            Subjects = SubjectsOf(tables, row),
            Location = LocationOf(tables, row),
        };
    }

    /// <summary>The role binding at a place in the order.</summary>
    public static RoleBinding RoleBindingAt(PolicyTables tables, int ordinal)
    {
        ref readonly var row = ref tables.RoleBindings[ordinal];
        return new RoleBinding
        {
            Metadata = tables.RoleBindingMetadata.GetValueOrDefault(ordinal)
                ?? new ObjectMeta { Name = Text(tables, row.Name), Namespace = tables.Namespaces[row.Namespace] },
            RoleRef = tables.RoleRefs[row.RoleRef].RoleRef,
            Subjects = SubjectsOf(tables, row),
            Location = LocationOf(tables, row),
        };
    }

    /// <summary>A subject of a binding in a namespace, given by its id, as written.</summary>
    public static Subject SubjectOf(PolicyTables tables, SubjectRow row, int @namespace)
    {
        var shape = tables.SubjectShapes[row.Shape];
        if (!row.MatchesSomebody)
        {
            return shape with { Name = tables.Nobodies[~row.Identity] };
        }

        if (row.IsGroup)
        {
            return shape with { Name = tables.Groups[row.Number] };
        }

        if (shape.Kind == RbacNames.UserKind)
        {
            return shape with { Name = tables.Users[row.Number] };
        }

        var accountNamespace = shape.Namespace.Length > 0 || @namespace < 0 ? shape.Namespace : tables.Namespaces[@namespace];
        return shape with { Name = tables.Users.SlotOf(row.Number).NameFrom(ServiceAccountNames.PrefixLength(accountNamespace)) };
    }

    private static ImmutableArray<Subject> SubjectsOf(PolicyTables tables, BindingRow row) =>
        [.. row.AllSubjects.Select(s => SubjectOf(tables, s, row.Namespace))];

    private static SourceLocation LocationOf(PolicyTables tables, in BindingRow row) =>
        row.Path < 0 ? default : new SourceLocation(tables.Paths[row.Path], row.Line, row.Column);

    private static string Text(PolicyTables tables, TextRef text) => tables.Arena[text].ToString();
}
