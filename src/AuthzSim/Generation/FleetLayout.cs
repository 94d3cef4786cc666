using System.Runtime.CompilerServices;

namespace AuthzSim.Generation;

/// <summary>How many of everything a fleet has, and what each is called, all by arithmetic: nothing is kept per object.</summary>
internal sealed class FleetLayout
{
    public const string ClusterAdminsGroup = "oidc:cluster-admins";
    public const int AccountsPerNamespace = 8;
    public const int DiscoveryBinding = 0;
    public const int ClusterAdminsBinding = 1;

    private const int RoleBindingsPerNamespace = 40;
    private const int ClusterRolesBesidesViews = 2;

    private static readonly string[] _stages = ["dev", "stage", "prod", "ci", "sandbox"];

    public FleetLayout(FleetOptions options)
    {
        Seed = options.Seed;
        IsWide = options.Shape == FleetShape.Wide;
        ArgumentOutOfRangeException.ThrowIfNegative(options.Bindings);
        ClusterRoleBindings = options.ClusterRoleBindings ?? (IsWide ? options.Bindings : options.Bindings / 20);
        RequireRange(ClusterRoleBindings, IsWide ? options.Bindings : 0, options.Bindings);
        RoleBindings = options.Bindings - ClusterRoleBindings;
        Namespaces = options.Namespaces ?? Math.Max(1, (IsWide ? options.Bindings : RoleBindings) / RoleBindingsPerNamespace);
        RequireRange(Namespaces, 1, int.MaxValue);
        Users = options.Users ?? Math.Max(1, IsWide ? options.Bindings : options.Bindings / 5);
        RequireRange(Users, 1, int.MaxValue);
        Roles = options.Roles ?? (IsWide ? 0 : (int)Math.Min(4L * Namespaces, int.MaxValue));
        RequireRange(Roles, 0, IsWide ? 0 : int.MaxValue);
        ClusterRoles = options.ClusterRoles ?? (IsWide ? Math.Max(1, options.Bindings / 10) : 50 + ClusterRolesBesidesViews);
        RequireRange(ClusterRoles, IsWide ? 1 : 1 + ClusterRolesBesidesViews, int.MaxValue);
        Teams = ((Namespaces - 1) / _stages.Length) + 1;
        Organizations = Math.Max(1, Teams / 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)ClusterRoles + Roles + Bindings, int.MaxValue, nameof(options));
    }

    public ulong Seed { get; }

    public bool IsWide { get; }

    public int Users { get; }

    public int Namespaces { get; }

    public int Teams { get; }

    public int Organizations { get; }

    public int ClusterRoles { get; }

    /// <summary>The cluster roles meant for binding anywhere: all but the two that every cluster has.</summary>
    public int Views => ClusterRoles - ClusterRolesBesidesViews;

    public int ClusterAdminRole => Views;

    public int DiscoveryRole => Views + 1;

    public int Roles { get; }

    public int ClusterRoleBindings { get; }

    public int RoleBindings { get; }

    public int Bindings => ClusterRoleBindings + RoleBindings;

    public SplitMix64 Random(FleetStream stream, int index) => SplitMix64.For(Seed, stream, index);

    public static string NamespaceName(int index) => $"team-{TeamOf(index)}-{_stages[index % _stages.Length]}";

    public int SomeNamespaceOfTeam(int team, SplitMix64 random) =>
        Math.Min((team * _stages.Length) + random.Below(_stages.Length), Namespaces - 1);

    public static int TeamOf(int @namespace) => @namespace / _stages.Length;

    public static string UserName(int index) => $"user{index}@corp.example";

    public static string TeamGroup(int index) => $"oidc:team-{index}";

    public static string OrganizationGroup(int index) => $"oidc:org-{index}";

    public static string AccountName(int index) => $"sa-{index}";

    public string ClusterRoleName(int index) => IsWide ? $"role-{index}"
        : index == ClusterAdminRole ? "cluster-admin"
        : index == DiscoveryRole ? "discovery"
        : $"view-{index}";

    public string ClusterRoleBindingName(int index) => IsWide ? $"crb-{index}" : index switch
    {
        DiscoveryBinding => "system:discovery",
        ClusterAdminsBinding => "cluster-admins",
        _ => $"crb-{index}",
    };

    public static string RoleBindingName(int index) => $"rb-{index}";

    public static string RoleName(int indexInNamespace) => $"role-{indexInNamespace}";

    public int FirstRole(int @namespace) => Share(@namespace, Roles);

    public int NamespaceOfRole(int role) => Owner(role, Roles);

    public int NamespaceOfRoleBinding(int binding) => Owner(binding, RoleBindings);

    /// <summary>The first of <paramref name="total"/> things dealt evenly, in runs, that falls to a namespace.</summary>
    private int Share(int @namespace, int total) => (int)((long)@namespace * total / Namespaces);

    /// <summary>The namespace to which <see cref="Share"/> deals a thing.</summary>
    private int Owner(int index, int total) => (int)((((index + 1L) * Namespaces) - 1) / total);

    private static void RequireRange(int value, int low, int high, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, low, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, high, name);
    }
}
