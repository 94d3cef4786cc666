using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Impact;

/// <summary>Access that is known to be dangerous.</summary>
/// <param name="Code">What sort of risk.</param>
/// <param name="Everywhere">How severe it is cluster-wide.</param>
/// <param name="InNamespaces">How severe it is within some namespaces.</param>
/// <param name="Reason">The risk in words.</param>
/// <param name="Access">The access.</param>
internal sealed record RiskPattern(string Code, Severity Everywhere, Severity InNamespaces, string Reason, AccessSet Access)
{
    private const string Certificates = "certificates.k8s.io";
    private static readonly string[] _write = ["create", "update", "patch"];

    /// <summary>All patterns, the worst first.</summary>
    public static ImmutableArray<RiskPattern> All { get; } =
    [
        AtClusterScope(
            RiskCodes.NodesProxy, Severity.Critical, "reaches the kubelet API, and so every container of a node",
            Rule(["get", "create", "update", "patch", "delete"], "", "nodes/proxy")),
        Anywhere(
            RiskCodes.Escalate, Severity.Critical, Severity.High, "may write roles that allow more than it has itself",
            Rule(["escalate"], RbacNames.Group, "roles", "clusterroles")),
        Anywhere(
            RiskCodes.Bind, Severity.Critical, Severity.High, "may bind roles that allow more than it has itself",
            Rule(["bind"], RbacNames.Group, "roles", "clusterroles")),
        Anywhere(
            RiskCodes.Impersonate, Severity.Critical, Severity.High, "acts as others",
            Rule(["impersonate"], "", "users", "groups", "serviceaccounts"),
            Rule(
                ["impersonate", "impersonate:user-info", "impersonate:serviceaccount", "impersonate:arbitrary-node", "impersonate:associated-node"],
                "authentication.k8s.io", "users", "groups", "serviceaccounts", "nodes", "uids")),
        Anywhere(
            RiskCodes.Secrets, Severity.High, Severity.High, "reads secrets, which hold passwords, keys and tokens",
            Rule(["get", "list", "watch"], "", "secrets")),
        Anywhere(
            RiskCodes.Tokens, Severity.High, Severity.High, "makes tokens of service accounts and acts as them",
            Rule(["create"], "", "serviceaccounts/token")),
        Anywhere(
            RiskCodes.Exec, Severity.High, Severity.High, "gets into running containers",
            Rule(["get", "create"], "", "pods/exec", "pods/attach", "pods/portforward"),
            Rule(["update", "patch"], "", "pods/ephemeralcontainers")),
        AtClusterScope(
            RiskCodes.CertificateApproval, Severity.High, "approves or signs client certificates in any name",
            Rule(["approve", "sign"], Certificates, "signers"),
            Rule(["update", "patch"], Certificates, "certificatesigningrequests/approval", "certificatesigningrequests/status")),
        AtClusterScope(
            RiskCodes.Webhooks, Severity.High, "sees, changes or blocks what others send to the API server",
            Rule(
                _write, "admissionregistration.k8s.io",
                "mutatingwebhookconfigurations", "validatingwebhookconfigurations", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings")),
        Anywhere(
            RiskCodes.CreatePods, Severity.High, Severity.Medium, "runs pods, and so acts as any service account of their namespace",
            Rule(["create"], "", "pods"),
            Rule(_write, "", "replicationcontrollers", "podtemplates"),
            Rule(_write, "apps", "daemonsets", "deployments", "replicasets", "statefulsets"),
            Rule(_write, "batch", "jobs", "cronjobs")),
        Anywhere(
            RiskCodes.WriteRbac, Severity.Medium, Severity.Medium, "passes on what it has: writes roles or bindings",
            Rule(_write, RbacNames.Group, "roles", "clusterroles", "rolebindings", "clusterrolebindings")),
    ];

    private static RiskPattern Anywhere(string code, Severity everywhere, Severity inNamespaces, string reason, params PolicyRule[] rules) =>
        new(code, everywhere, inNamespaces, reason, AccessSet.ClusterWide([.. rules]));

    /// <summary>Objects of no namespace: what a role binding says of them counts for nothing.</summary>
    private static RiskPattern AtClusterScope(string code, Severity severity, string reason, params PolicyRule[] rules) =>
        new(code, severity, severity, reason, AccessSet.AtClusterScope([.. rules]));

    private static PolicyRule Rule(string[] verbs, string apiGroup, params string[] resources) =>
        new() { Verbs = [.. verbs], ApiGroups = [apiGroup], Resources = [.. resources] };
}
