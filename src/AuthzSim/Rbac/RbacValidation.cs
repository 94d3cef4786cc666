using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// Validation of RBAC objects as the API server does it (upstream: <c>pkg/apis/rbac/validation/validation.go</c>). What a
/// list's items say is never looked at: unknown verbs, odd resources and empty strings are all valid.
/// </summary>
public static class RbacValidation
{
    /// <summary>
    /// Everything wrong with an object to be created, in upstream's order; empty: valid. A namespace on a cluster-scoped
    /// object is not reported, since the server drops it.
    /// </summary>
    /// <param name="object">A defaulted object, its namespace filled in.</param>
    public static ImmutableArray<FieldError> Validate(RbacObject @object) => Validate(@object, allowInvalidLabelValues: false);

    /// <summary>
    /// Everything wrong with an object that is to replace a stored one, in upstream's order, which repeats some findings;
    /// empty: valid (upstream: <c>rest.BeforeUpdate</c> and the four <c>Validate…Update</c>).
    /// </summary>
    /// <param name="newObject">A defaulted object, its namespace filled in.</param>
    /// <param name="oldObject">The stored object.</param>
    /// <exception cref="ArgumentException">The objects are not of the same kind.</exception>
    public static ImmutableArray<FieldError> ValidateUpdate(RbacObject newObject, RbacObject oldObject)
    {
        ArgumentNullException.ThrowIfNull(newObject);
        ArgumentNullException.ThrowIfNull(oldObject);
        if (newObject.Kind != oldObject.Kind)
        {
            throw new ArgumentException($"A {newObject.Kind} cannot replace a {oldObject.Kind}.", nameof(oldObject));
        }

        var (meta, namespaced) = (newObject.Metadata, newObject.IsNamespaced);
        ImmutableArray<FieldError> metaUpdate = [.. ObjectMetaValidation.ValidateUpdate(meta, oldObject.Metadata, namespaced)];
        var allowInvalidLabelValues = LabelSelectorValidation.HasInvalidSelector((oldObject as ClusterRole)?.AggregationRule);
        return
        [
            .. ObjectMetaValidation.Validate(meta, namespaced),
            .. metaUpdate,
            .. Validate(newObject, allowInvalidLabelValues),
            .. metaUpdate,
            .. newObject is RbacBinding binding ? ValidateRoleRefUpdate(binding.RoleRef, ((RbacBinding)oldObject).RoleRef) : [],
        ];
    }

    private static ImmutableArray<FieldError> Validate(RbacObject @object, bool allowInvalidLabelValues)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return
        [
            .. ObjectMetaValidation.Validate(@object.Metadata, @object.IsNamespaced),
            .. ObjectMetaValidation.ValidateKubeFinalizers(@object.Metadata),
            .. @object switch
            {
                RbacRole role => ValidateRole(role, allowInvalidLabelValues),
                RbacBinding binding => ValidateBinding(binding),
                _ => throw new ArgumentException($"{@object.Kind} is no RBAC kind.", nameof(@object)),
            },
        ];
    }

    private static IEnumerable<FieldError> ValidateRole(RbacRole role, bool allowInvalidLabelValues) =>
    [
        .. role.Rules.SelectMany((rule, i) => ValidatePolicyRule(rule, role.IsNamespaced, $"rules[{i}]")),
        .. role is ClusterRole { AggregationRule: { } aggregation }
            ? LabelSelectorValidation.Validate(aggregation, allowInvalidLabelValues)
            : [],
    ];

    private static IEnumerable<FieldError> ValidatePolicyRule(PolicyRule rule, bool isNamespaced, string field)
    {
        if (rule.Verbs.IsEmpty)
        {
            yield return FieldErrors.Required($"{field}.verbs", "verbs must contain at least one value");
        }

        if (!rule.NonResourceUrls.IsEmpty)
        {
            var urls = GoJson.Strings(rule.NonResourceUrls);
            if (isNamespaced)
            {
                yield return FieldErrors.InvalidRaw(
                    $"{field}.nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs");
            }

            if (!(rule.ApiGroups.IsEmpty && rule.Resources.IsEmpty && rule.ResourceNames.IsEmpty))
            {
                yield return FieldErrors.InvalidRaw(
                    $"{field}.nonResourceURLs", urls, "rules cannot apply to both regular resources and non-resource URLs");
            }

            yield break;
        }

        if (rule.ApiGroups.IsEmpty)
        {
            yield return FieldErrors.Required($"{field}.apiGroups", "resource rules must supply at least one api group");
        }

        if (rule.Resources.IsEmpty)
        {
            yield return FieldErrors.Required($"{field}.resources", "resource rules must supply at least one resource");
        }
    }

    private static IEnumerable<FieldError> ValidateBinding(RbacBinding binding) =>
    [
        .. ValidateRoleRef(binding.RoleRef, binding.IsNamespaced),
        .. binding.Subjects.SelectMany((subject, i) => ValidateSubject(subject, binding.IsNamespaced, $"subjects[{i}]")),
    ];

    private static IEnumerable<FieldError> ValidateRoleRef(RoleRef roleRef, bool isNamespaced)
    {
        if (roleRef.ApiGroup != RbacNames.Group)
        {
            yield return FieldErrors.NotSupported("roleRef.apiGroup", roleRef.ApiGroup, RbacNames.Group);
        }

        if (isNamespaced && roleRef.Kind is not (RbacNames.RoleKind or RbacNames.ClusterRoleKind))
        {
            yield return FieldErrors.NotSupported("roleRef.kind", roleRef.Kind, RbacNames.RoleKind, RbacNames.ClusterRoleKind);
        }
        else if (!isNamespaced && roleRef.Kind != RbacNames.ClusterRoleKind)
        {
            yield return FieldErrors.NotSupported("roleRef.kind", roleRef.Kind, RbacNames.ClusterRoleKind);
        }

        if (roleRef.Name.Length == 0)
        {
            yield return FieldErrors.Required("roleRef.name");
        }

        foreach (var error in FieldErrors.Invalid("roleRef.name", roleRef.Name, NameErrors.OfPathSegment(roleRef.Name)))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> ValidateRoleRefUpdate(RoleRef roleRef, RoleRef old)
    {
        if (roleRef != old)
        {
            // Upstream shows its internal type, whose members have no JSON names.
            var value = new GoJsonObject()
                .Text("APIGroup", roleRef.ApiGroup, omitEmpty: false)
                .Text("Kind", roleRef.Kind, omitEmpty: false)
                .Text("Name", roleRef.Name, omitEmpty: false);
            yield return FieldErrors.InvalidRaw("roleRef", value.ToString(), "cannot change roleRef");
        }
    }

    private static IEnumerable<FieldError> ValidateSubject(Subject subject, bool isNamespaced, string field)
    {
        if (subject.Name.Length == 0)
        {
            yield return FieldErrors.Required($"{field}.name");
        }

        switch (subject.Kind)
        {
            case RbacNames.ServiceAccountKind:
                var nameErrors = subject.Name.Length == 0 ? [] : NameErrors.OfSubdomain(subject.Name);
                foreach (var error in FieldErrors.Invalid($"{field}.name", subject.Name, nameErrors))
                {
                    yield return error;
                }

                if (subject.ApiGroup.Length > 0)
                {
                    yield return FieldErrors.NotSupported($"{field}.apiGroup", subject.ApiGroup, "");
                }

                if (!isNamespaced && subject.Namespace.Length == 0)
                {
                    yield return FieldErrors.Required($"{field}.namespace");
                }

                break;
            case RbacNames.UserKind or RbacNames.GroupKind:
                if (subject.ApiGroup != RbacNames.Group)
                {
                    yield return FieldErrors.NotSupported($"{field}.apiGroup", subject.ApiGroup, RbacNames.Group);
                }

                break;
            default:
                yield return FieldErrors.NotSupported(
                    $"{field}.kind", subject.Kind, RbacNames.ServiceAccountKind, RbacNames.UserKind, RbacNames.GroupKind);
                break;
        }
    }
}
