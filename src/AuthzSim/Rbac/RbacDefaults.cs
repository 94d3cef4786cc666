namespace AuthzSim.Rbac;

/// <summary>What the API server fills in before it looks at an object (upstream: <c>pkg/apis/rbac/v1/defaults.go</c>).</summary>
public static class RbacDefaults
{
    /// <summary>
    /// The object with an empty API group of the role reference, and of subjects of kind User and Group, set to the RBAC
    /// group. Nothing else has a default.
    /// </summary>
    /// <param name="object">The object as written.</param>
    public static RbacObject SetDefaults(RbacObject @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return @object is RbacBinding binding
            ? binding with
            {
                RoleRef = binding.RoleRef is { ApiGroup: "" } roleRef ? roleRef with { ApiGroup = RbacNames.Group } : binding.RoleRef,
                Subjects = [.. binding.Subjects.Select(SetDefaults)],
            }
            : @object;
    }

    private static Subject SetDefaults(Subject subject) =>
        subject is { ApiGroup: "", Kind: RbacNames.UserKind or RbacNames.GroupKind }
            ? subject with { ApiGroup = RbacNames.Group }
            : subject;
}
