using AuthzSim.Rbac;

namespace AuthzSim.Tests.Rbac;

public sealed class RbacDefaultsTests
{
    [Fact]
    public void Only_the_api_groups_of_role_references_users_and_groups_have_defaults()
    {
        var binding = new ClusterRoleBinding
        {
            RoleRef = new RoleRef { Kind = "ClusterRole", Name = "r" },
            Subjects =
            [
                new() { Kind = "User", Name = "u" },
                new() { Kind = "Group", Name = "g", ApiGroup = "own" },
                new() { Kind = "ServiceAccount", Name = "s" },
                new() { Kind = "Robot", Name = "x" },
            ],
        };
        var defaulted = Assert.IsType<ClusterRoleBinding>(RbacDefaults.SetDefaults(binding));
        Assert.Equal(RoleRef.ClusterRole("r"), defaulted.RoleRef);
        Assert.Equal([RbacNames.Group, "own", "", ""], defaulted.Subjects.Select(s => s.ApiGroup));
        Assert.Equal(defaulted, RbacDefaults.SetDefaults(defaulted));
    }

    [Fact]
    public void A_role_has_no_defaults()
    {
        var role = new Role { Rules = [new PolicyRule()] };
        Assert.Same(role, RbacDefaults.SetDefaults(role));
    }
}
