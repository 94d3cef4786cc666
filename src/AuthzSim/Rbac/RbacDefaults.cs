using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>What the API server fills in when it decodes an RBAC object (upstream: <c>pkg/apis/rbac/v1/defaults.go</c>).</summary>
public static class RbacDefaults
{
    /// <summary>
    /// The object with empty API groups filled in: the rbac group for a roleRef and for subjects of kind User and Group.
    /// Service accounts and unknown kinds keep <c>""</c>; roles have no defaults. The same instance when nothing was missing.
    /// </summary>
    /// <param name="object">The object as decoded.</param>
    public static RbacObject SetDefaults(RbacObject @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return @object is RbacBinding binding ? SetDefaults(binding) : @object;
    }

    private static RbacBinding SetDefaults(RbacBinding binding)
    {
        if (binding.RoleRef.ApiGroup.Length == 0)
        {
            binding = binding with { RoleRef = binding.RoleRef with { ApiGroup = RbacNames.Group } };
        }

        foreach (var subject in binding.Subjects)
        {
            if (LacksGroup(subject))
            {
                return binding with { Subjects = ImmutableArray.CreateRange(binding.Subjects, SetDefaults) };
            }
        }

        return binding;
    }

    private static Subject SetDefaults(Subject subject) =>
        LacksGroup(subject) ? subject with { ApiGroup = RbacNames.Group } : subject;

    private static bool LacksGroup(Subject subject) =>
        subject is { ApiGroup.Length: 0, Kind: RbacNames.UserKind or RbacNames.GroupKind };
}
