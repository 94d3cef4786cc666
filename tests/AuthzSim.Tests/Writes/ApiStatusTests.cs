using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Tests.Writes;

/// <summary>Status bodies byte for byte, most of them as recorded.</summary>
public sealed class ApiStatusTests
{
    private const string Head = """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":""";

    [Fact]
    public void Forbidden_resource() => Assert.Equal(
        Head + """
        "configmaps is forbidden: User \"gina\" cannot update resource \"configmaps\" in API group \"\" in the namespace \"shop-prod\": RBAC: clusterrole.rbac.authorization.k8s.io \"no-such-role\" not found","reason":"Forbidden","details":{"kind":"configmaps"},"code":403}
        """,
        ApiStatuses.Forbidden(
            RequestAttributes.ForResource(UserInfo.Of("gina"), "update", "configmaps", @namespace: "shop-prod"),
            "RBAC: clusterrole.rbac.authorization.k8s.io \"no-such-role\" not found").ToJson());

    [Fact]
    public void Forbidden_subresource_at_the_cluster_scope() => Assert.Equal(
        Head + """
        "nodes.x \"n1\" is forbidden: User \"ivan\" cannot  resource \"nodes/proxy\" in API group \"x\" at the cluster scope","reason":"Forbidden","details":{"name":"n1","group":"x","kind":"nodes"},"code":403}
        """,
        ApiStatuses.Forbidden(
            RequestAttributes.ForResource(UserInfo.Of("ivan"), "", "nodes", "x", subresource: "proxy", name: "n1"), "").ToJson());

    [Fact]
    public void Forbidden_path() => Assert.Equal(
        Head + """
        "forbidden: User \"system:node:n1\" cannot get path \"/metrics\"","reason":"Forbidden","details":{},"code":403}
        """,
        ApiStatuses.Forbidden(RequestAttributes.ForPath(UserInfo.Of("system:node:n1"), "get", "/metrics"), "").ToJson());

    [Fact]
    public void The_core_of_a_403_is_escaped_for_html_and_the_reason_is_not() => Assert.Equal(
        Head + """
        "forbidden: User \"a\\\\\u0026amp;\" cannot get path \"/\u0026lt;script\u0026gt;\": \u003cwhy\u003e","reason":"Forbidden","details":{},"code":403}
        """,
        ApiStatuses.Forbidden(RequestAttributes.ForPath(UserInfo.Of("a\\&"), "get", "/<script>"), "<why>").ToJson());

    [Fact]
    public void A_group_without_a_resource_still_names_the_group() => Assert.Equal(
        ".g is forbidden: User \"\" cannot get resource \"\" in API group \"g\" at the cluster scope",
        ApiStatuses.Forbidden(RequestAttributes.ForResource(UserInfo.Of(""), "get", "", "g"), "").Message);

    [Fact]
    public void Not_found() => Assert.Equal(
        Head + """
        "clusterrolebindings.rbac.authorization.k8s.io \"missing-role\" not found","reason":"NotFound","details":{"name":"missing-role","group":"rbac.authorization.k8s.io","kind":"clusterrolebindings"},"code":404}
        """,
        ApiStatuses.NotFound("rbac.authorization.k8s.io", "clusterrolebindings", "missing-role").ToJson());

    [Fact]
    public void Control_characters_are_written_as_go_writes_them() => Assert.Equal(
        Head + "\"\\b\\f\\n\\r\\t\\u0001\\u2028\\u2029\x7f\U0001f600é\",\"reason\":\"BadRequest\",\"code\":400}",
        ApiStatuses.BadRequest("\b\f\n\r\t\u0001\u2028\u2029\x7f\U0001f600é").ToJson());

    [Fact]
    public void A_body_of_an_unknown_version_is_refused() => Assert.Equal(
        Head + """
        "Role in version \"v9\" cannot be handled as a Role: no kind \"Role\" is registered for version \"rbac.authorization.k8s.io/v9\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"","reason":"BadRequest","code":400}
        """,
        BodyDecoding.Check("Role", "Role", "rbac.authorization.k8s.io/v9", BodyDecoding.UnknownField("x"))!.ToJson());

    [Fact]
    public void Strict_decoding_lists_all_fields_before_an_old_version_is_told()
    {
        Assert.Equal(
            "RoleBinding in version \"v1beta1\" cannot be handled as a RoleBinding: "
            + "strict decoding error: unknown field \"a\", duplicate field \"rules[0].verbs\"",
            BodyDecoding.Check(
                "RoleBinding", "", "rbac.authorization.k8s.io/v1beta1",
                BodyDecoding.UnknownField("a"), BodyDecoding.DuplicateField("rules[0].verbs"))!.Message);
        Assert.Equal(
            "the API version in the data (rbac.authorization.k8s.io/v1alpha1) does not match the expected API version "
            + "(rbac.authorization.k8s.io/v1)",
            BodyDecoding.Check("Role", "Role", "rbac.authorization.k8s.io/v1alpha1")!.Message);
        Assert.Null(BodyDecoding.Check("Role", "", ""));
    }
}
