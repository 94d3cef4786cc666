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
    public static ImmutableArray<FieldError> Validate(RbacObject @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        var errors = default(FieldErrorList);
        Validate(ref errors, @object, allowInvalidLabelValues: false);
        return errors.ToImmutable();
    }

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
        var allowInvalidLabelValues = LabelSelectorValidation.HasInvalidSelector((oldObject as ClusterRole)?.AggregationRule);
        var errors = default(FieldErrorList);
        ObjectMetaValidation.Validate(ref errors, meta, namespaced);
        ObjectMetaValidation.ValidateUpdate(ref errors, meta, oldObject.Metadata, namespaced);
        Validate(ref errors, newObject, allowInvalidLabelValues);
        ObjectMetaValidation.ValidateUpdate(ref errors, meta, oldObject.Metadata, namespaced);
        if (newObject is RbacBinding binding)
        {
            errors.AddRange(ValidateRoleRefUpdate(binding.RoleRef, ((RbacBinding)oldObject).RoleRef));
        }

        return errors.ToImmutable();
    }

    private static void Validate(ref FieldErrorList errors, RbacObject @object, bool allowInvalidLabelValues)
    {
        ObjectMetaValidation.Validate(ref errors, @object.Metadata, @object.IsNamespaced);
        if (!@object.Metadata.Finalizers.IsEmpty)
        {
            errors.AddRange(ObjectMetaValidation.ValidateKubeFinalizers(@object.Metadata));
        }

        switch (@object)
        {
            case RbacRole role: ValidateRole(ref errors, role, allowInvalidLabelValues); break;
            case RbacBinding binding: ValidateBinding(ref errors, binding); break;
            default: throw new ArgumentException($"{@object.Kind} is no RBAC kind.", nameof(@object));
        }
    }

    private static void ValidateRole(ref FieldErrorList errors, RbacRole role, bool allowInvalidLabelValues)
    {
        for (var i = 0; i < role.Rules.Length; i++)
        {
            ValidatePolicyRule(ref errors, role.Rules[i], role.IsNamespaced, i);
        }

        if (role is ClusterRole { AggregationRule: { } aggregation })
        {
            errors.AddRange(LabelSelectorValidation.Validate(aggregation, allowInvalidLabelValues));
        }
    }

    private static void ValidatePolicyRule(ref FieldErrorList errors, PolicyRule rule, bool isNamespaced, int index)
    {
        if (rule.Verbs.IsEmpty)
        {
            errors.Add(FieldErrors.Required($"rules[{index}].verbs", "verbs must contain at least one value"));
        }

        if (!rule.NonResourceUrls.IsEmpty)
        {
            ValidateUrlRule(ref errors, rule, isNamespaced, index);
            return;
        }

        if (rule.ApiGroups.IsEmpty)
        {
            errors.Add(FieldErrors.Required($"rules[{index}].apiGroups", "resource rules must supply at least one api group"));
        }

        if (rule.Resources.IsEmpty)
        {
            errors.Add(FieldErrors.Required($"rules[{index}].resources", "resource rules must supply at least one resource"));
        }
    }

    private static void ValidateUrlRule(ref FieldErrorList errors, PolicyRule rule, bool isNamespaced, int index)
    {
        if (isNamespaced)
        {
            Refuse(ref errors, "namespaced rules cannot apply to non-resource URLs");
        }

        if (!(rule.ApiGroups.IsEmpty && rule.Resources.IsEmpty && rule.ResourceNames.IsEmpty))
        {
            Refuse(ref errors, "rules cannot apply to both regular resources and non-resource URLs");
        }

        void Refuse(ref FieldErrorList errors, string detail) => errors.Add(FieldErrors.InvalidRaw(
            $"rules[{index}].nonResourceURLs", GoJson.Strings(rule.NonResourceUrls), detail));
    }

    private static void ValidateBinding(ref FieldErrorList errors, RbacBinding binding)
    {
        ValidateRoleRef(ref errors, binding.RoleRef, binding.IsNamespaced);
        for (var i = 0; i < binding.Subjects.Length; i++)
        {
            ValidateSubject(ref errors, binding.Subjects[i], binding.IsNamespaced, i);
        }
    }

    private static void ValidateRoleRef(ref FieldErrorList errors, RoleRef roleRef, bool isNamespaced)
    {
        if (roleRef.ApiGroup != RbacNames.Group)
        {
            errors.Add(FieldErrors.NotSupported("roleRef.apiGroup", roleRef.ApiGroup, RbacNames.Group));
        }

        if (isNamespaced && roleRef.Kind is not (RbacNames.RoleKind or RbacNames.ClusterRoleKind))
        {
            errors.Add(FieldErrors.NotSupported("roleRef.kind", roleRef.Kind, RbacNames.RoleKind, RbacNames.ClusterRoleKind));
        }
        else if (!isNamespaced && roleRef.Kind != RbacNames.ClusterRoleKind)
        {
            errors.Add(FieldErrors.NotSupported("roleRef.kind", roleRef.Kind, RbacNames.ClusterRoleKind));
        }

        if (roleRef.Name.Length == 0)
        {
            errors.Add(FieldErrors.Required("roleRef.name"));
        }

        errors.AddInvalid("roleRef.name", roleRef.Name, NameErrors.OfPathSegment(roleRef.Name));
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

    /// <summary>Paths are made only for what is wrong.</summary>
    private static void ValidateSubject(ref FieldErrorList errors, Subject subject, bool isNamespaced, int index)
    {
        if (subject.Name.Length == 0)
        {
            errors.Add(FieldErrors.Required($"subjects[{index}].name"));
        }

        switch (subject.Kind)
        {
            case RbacNames.ServiceAccountKind:
                if (subject.Name.Length > 0 && NameErrors.OfSubdomain(subject.Name) is { IsEmpty: false } details)
                {
                    errors.AddInvalid($"subjects[{index}].name", subject.Name, details);
                }

                if (subject.ApiGroup.Length > 0)
                {
                    errors.Add(FieldErrors.NotSupported($"subjects[{index}].apiGroup", subject.ApiGroup, ""));
                }

                if (!isNamespaced && subject.Namespace.Length == 0)
                {
                    errors.Add(FieldErrors.Required($"subjects[{index}].namespace"));
                }

                break;
            case RbacNames.UserKind or RbacNames.GroupKind:
                if (subject.ApiGroup != RbacNames.Group)
                {
                    errors.Add(FieldErrors.NotSupported($"subjects[{index}].apiGroup", subject.ApiGroup, RbacNames.Group));
                }

                break;
            default:
                errors.Add(FieldErrors.NotSupported(
                    $"subjects[{index}].kind",
                    subject.Kind,
                    RbacNames.ServiceAccountKind, RbacNames.UserKind, RbacNames.GroupKind));
                break;
        }
    }
}
