namespace AuthzSim.Impact;

/// <summary>The sorts of <see cref="AccessRisk"/>.</summary>
public static class RiskCodes
{
    /// <summary>May do everything afterwards, and could not before.</summary>
    public const string ClusterAdmin = "cluster-admin";

    /// <summary>All verbs on all resources, in all of the cluster or in a namespace.</summary>
    public const string WildcardEverything = "wildcard-everything";

    /// <summary>Some verbs on all resources of some or all API groups, those of tomorrow included.</summary>
    public const string WildcardResources = "wildcard-resources";

    /// <summary>All verbs, those of tomorrow included.</summary>
    public const string WildcardVerbs = "wildcard-verbs";

    /// <summary>Every URL, or all below a prefix that is open to any.</summary>
    public const string WildcardUrls = "wildcard-urls";

    /// <summary>Access for whoever reaches the server, without a credential.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Access for everybody who has any credential.</summary>
    public const string AllAuthenticated = "all-authenticated";

    /// <summary>Access for every service account, of the cluster or of a namespace.</summary>
    public const string AllServiceAccounts = "all-service-accounts";

    /// <summary>Reads secrets.</summary>
    public const string Secrets = "secrets";

    /// <summary>The verb <c>escalate</c> on roles.</summary>
    public const string Escalate = "escalate";

    /// <summary>The verb <c>bind</c> on roles.</summary>
    public const string Bind = "bind";

    /// <summary>Acts as somebody else.</summary>
    public const string Impersonate = "impersonate";

    /// <summary>Gets into running containers.</summary>
    public const string Exec = "exec";

    /// <summary>Makes tokens of service accounts.</summary>
    public const string Tokens = "tokens";

    /// <summary>Reaches the kubelet's API.</summary>
    public const string NodesProxy = "nodes-proxy";

    /// <summary>Writes admission webhooks or mutating admission policies.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Approves or signs certificates.</summary>
    public const string CertificateApproval = "certificate-approval";

    /// <summary>Runs pods, by itself or through a workload.</summary>
    public const string CreatePods = "create-pods";

    /// <summary>Writes roles or bindings, within what it has itself.</summary>
    public const string WriteRbac = "write-rbac";

    /// <summary>Changes objects of other sorts.</summary>
    public const string Write = "write";

    /// <summary>Reads objects of other sorts, or URLs.</summary>
    public const string Read = "read";
}
