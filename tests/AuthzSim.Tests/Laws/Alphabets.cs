namespace AuthzSim.Tests.Laws;

/// <summary>The few words policies and requests are made of, so that they meet.</summary>
public static class Alphabets
{
    public static readonly string[] Verbs = ["get", "get", "list", "delete", "GET", ""];
    public static readonly string[] RuleVerbs = [.. Verbs, "*", "*"];
    public static readonly string[] ApiGroups = ["", "", "apps", "é"];
    public static readonly string[] RuleApiGroups = [.. ApiGroups, "*", "*"];
    public static readonly string[] Resources = ["pods", "pods", "deployments", "Pods", "", "*", "pods/log"];
    public static readonly string[] Subresources = ["", "", "", "log", "scale", "*"];

    public static readonly string[] RuleResources =
    [
        "pods", "pods", "deployments", "pods/log", "deployments/scale", "*/log", "*/scale", "*", "*", "pods/*", "*/*", "pods/", "/scale", "Pods", "",
    ];

    public static readonly string[] Names = ["", "", "a", "b", "*", "日"];
    public static readonly string[] Paths = ["/healthz", "/healthz/", "/healthz/etcd", "/healthzz", "/a/*/b", "/a/c/b", "/", "*", "", "x"];

    public static readonly string[] Urls =
    [
        "/healthz", "/healthz/*", "/healthz*", "/healthz**", "/a/*/b", "/a/*", "/", "/*", "*", "**", "*/b", "", "healthz",
    ];

    public static readonly string[] Namespaces = ["ns1", "ns1", "ns2", "", "*"];
    public static readonly string[] BindingNamespaces = ["ns1", "ns1", "ns2", "*"];
    public static readonly string[] RoleNames = ["r1", "r2", "r3", "", "q\"é"];
    public static readonly string[] RefNames = [.. RoleNames, .. RoleNames, "ghost", "phantom"];
    public static readonly string[] RefKinds = ["Role", "Role", "Role", "ClusterRole", "ClusterRole", "ClusterRole", "role", ""];

    public static readonly string[] SubjectKinds =
    [
        "User", "User", "User", "Group", "Group", "Group", "ServiceAccount", "ServiceAccount", "ServiceAccount", "user", "SystemUser", "",
    ];

    public static readonly string[] Users = ["alice", "bob", "élodie", "", "*", "system:anonymous"];
    public static readonly string[] Groups = ["devs", "devs", "ops", "", "😀", "system:authenticated", "system:masters", "system:serviceaccounts:ns1"];
    public static readonly string[] ServiceAccounts = ["sa", "sa", "robot", "alice"];
}
