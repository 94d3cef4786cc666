using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// Where a rule came to a user from: the binding, the subject of it that applies, and the role (upstream: the describers of
/// <c>pkg/registry/rbac/validation/rule.go</c>).
/// </summary>
/// <param name="Binding">The binding.</param>
/// <param name="Subject">The first of its subjects, in list order, that applies to the user.</param>
/// <param name="Role">The role it grants.</param>
public sealed record RuleSource(RbacBinding Binding, Subject Subject, RbacRole Role)
{
    /// <summary>
    /// Upstream's words: <c>RoleBinding "NAME/NAMESPACE" of ROLEKIND "ROLE" to SUBJECT</c> (the name first, then the namespace).
    /// </summary>
    public override string ToString() => Describe(
        Binding.Kind, Binding.Metadata.Name, Binding.IsNamespaced ? Binding.Metadata.Namespace : null, Binding.RoleRef, Subject);

    /// <summary>The same of a binding whose parts stand apart.</summary>
    /// <param name="kind">RoleBinding or ClusterRoleBinding.</param>
    /// <param name="name">Its name.</param>
    /// <param name="namespace">The namespace of a RoleBinding; null for a ClusterRoleBinding.</param>
    /// <param name="roleRef">The role it grants.</param>
    /// <param name="subject">The subject that applies.</param>
    internal static string Describe(string kind, string name, string? @namespace, RoleRef roleRef, Subject subject)
    {
        var fullName = @namespace is null ? name : $"{name}/{@namespace}";
        return $"{kind} {GoText.Quote(fullName)} of {roleRef.Kind} {GoText.Quote(roleRef.Name)} to {Describe(subject, @namespace ?? "")}";
    }

    private static string Describe(Subject subject, string bindingNamespace)
    {
        if (subject.Kind != RbacNames.ServiceAccountKind)
        {
            return $"{subject.Kind} {GoText.Quote(subject.Name)}";
        }

        var @namespace = subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace;
        return $"{subject.Kind} {GoText.Quote($"{subject.Name}/{@namespace}")}";
    }
}

/// <summary>One step of the walk over a user's bindings: a rule with its source, or a role that could not be resolved.</summary>
/// <param name="Source">The binding and role of <paramref name="Rule"/>; null with an error.</param>
/// <param name="Rule">A rule the user has; null with an error.</param>
/// <param name="Error">Why a binding of the user gives nothing; null with a rule.</param>
public readonly record struct RuleVisit(RuleSource? Source, PolicyRule? Rule, RoleReferenceError? Error);

/// <summary>A role reference that leads nowhere.</summary>
/// <param name="Binding">The binding that has it.</param>
public sealed record RoleReferenceError(RbacBinding Binding)
{
    /// <summary>True when <see cref="Subject.Kind"/> of the reference is neither Role nor ClusterRole.</summary>
    public bool IsUnsupportedKind => Binding.RoleRef.Kind is not (RbacNames.RoleKind or RbacNames.ClusterRoleKind);

    /// <summary>The authorizer's words, as they appear in reasons: the singular resource, no namespace.</summary>
    public override string ToString() => IsUnsupportedKind
        ? $"unsupported role reference kind: {GoText.Quote(Binding.RoleRef.Kind)}"
        : NotFound(Binding.RoleRef.Kind == RbacNames.RoleKind ? "role" : "clusterrole");

    /// <summary>
    /// The words of the escalation check, whose storage names the resource of the request instead
    /// (upstream: <c>pkg/registry/rbac/rest/storage_rbac.go</c>).
    /// </summary>
    /// <param name="resource">The plural resource of the request.</param>
    public string ToString(string resource) => IsUnsupportedKind ? ToString() : NotFound(resource);

    private string NotFound(string resource) => $"{resource}.{RbacNames.Group} {GoText.Quote(Binding.RoleRef.Name)} not found";
}
