using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Impact;

public sealed class AccessRisksTests
{
    [Theory]
    [InlineData("get", "", "pods", Severity.Low, RiskCodes.Read, Severity.Low)]
    [InlineData("delete", "", "configmaps", Severity.Medium, RiskCodes.Write, Severity.Medium)]
    [InlineData("get", "", "secrets", Severity.High, RiskCodes.Secrets, Severity.High)]
    [InlineData("create", "", "pods", Severity.High, RiskCodes.CreatePods, Severity.Medium)]
    [InlineData("patch", "apps", "deployments", Severity.High, RiskCodes.CreatePods, Severity.Medium)]
    [InlineData("create", "", "pods/exec", Severity.High, RiskCodes.Exec, Severity.High)]
    [InlineData("get", "", "pods/attach", Severity.High, RiskCodes.Exec, Severity.High)]
    [InlineData("create", "", "pods/portforward", Severity.High, RiskCodes.Exec, Severity.High)]
    [InlineData("create", "", "serviceaccounts/token", Severity.High, RiskCodes.Tokens, Severity.High)]
    [InlineData("escalate", "rbac.authorization.k8s.io", "clusterroles", Severity.Critical, RiskCodes.Escalate, Severity.High)]
    [InlineData("bind", "rbac.authorization.k8s.io", "roles", Severity.Critical, RiskCodes.Bind, Severity.High)]
    [InlineData("impersonate", "", "users", Severity.Critical, RiskCodes.Impersonate, Severity.High)]
    [InlineData("impersonate:user-info", "authentication.k8s.io", "users", Severity.Critical, RiskCodes.Impersonate, Severity.High)]
    [InlineData("create", "rbac.authorization.k8s.io", "rolebindings", Severity.Medium, RiskCodes.WriteRbac, Severity.Medium)]
    [InlineData("get", "", "*", Severity.Medium, RiskCodes.WildcardResources, Severity.Medium)]
    [InlineData("*", "", "configmaps", Severity.High, RiskCodes.WildcardVerbs, Severity.Medium)]
    [InlineData("*", "*", "*", Severity.Critical, RiskCodes.WildcardEverything, Severity.High)]
    public void A_gain_is_judged_by_what_it_reaches_and_where(
        string verb, string apiGroup, string resource, Severity everywhere, string code, Severity inNamespace)
    {
        PolicyRule rule = new() { Verbs = [verb], ApiGroups = [apiGroup], Resources = [resource] };

        var wide = Assert.Single(AccessRisks.Of(AccessSet.ClusterWide(rule)), r => r.Code == code);
        Assert.Equal(everywhere, wide.Severity);
        var narrow = Assert.Single(AccessRisks.Of(AccessSet.InNamespace("shop", rule)), r => r.Code == code);
        Assert.Equal(inNamespace, narrow.Severity);
        Assert.True(AccessSet.ClusterWide(rule).IsSupersetOf(wide.Access));
        Assert.False(wide.Access.IsEmpty);
    }

    [Theory]
    [InlineData("create", "", "nodes/proxy", Severity.Critical, RiskCodes.NodesProxy)]
    [InlineData("patch", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", Severity.High, RiskCodes.Webhooks)]
    [InlineData("approve", "certificates.k8s.io", "signers", Severity.High, RiskCodes.CertificateApproval)]
    [InlineData("update", "certificates.k8s.io", "certificatesigningrequests/approval", Severity.High, RiskCodes.CertificateApproval)]
    public void What_is_in_no_namespace_is_only_dangerous_cluster_wide(string verb, string apiGroup, string resource, Severity severity, string code)
    {
        PolicyRule rule = new() { Verbs = [verb], ApiGroups = [apiGroup], Resources = [resource] };

        Assert.Equal(severity, Assert.Single(AccessRisks.Of(AccessSet.ClusterWide(rule)), r => r.Code == code).Severity);
        Assert.DoesNotContain(AccessRisks.Of(AccessSet.InNamespace("shop", rule)), r => r.Code == code);
    }

    [Fact]
    public void Access_to_named_objects_counts_one_step_less()
    {
        PolicyRule rule = new() { Verbs = ["get"], ApiGroups = [""], Resources = ["secrets"], ResourceNames = ["db"] };

        Assert.Equal(Severity.Medium, Assert.Single(AccessRisks.Of(AccessSet.InNamespace("shop", rule))).Severity);
    }

    [Fact]
    public void Everything_is_one_risk_and_no_list_of_all_that_it_includes() => Assert.Equal(
        [RiskCodes.WildcardEverything, RiskCodes.WildcardUrls], AccessRisks.Of(AccessSet.Everything).Select(r => r.Code));

    [Fact]
    public void Nothing_is_no_risk() => Assert.Empty(AccessRisks.Of(AccessSet.Empty));
}
