using AuthzSim.Rbac;

namespace AuthzSim.Formats.Tests.Manifests;

public sealed class KindTests
{
    [Theory]
    [InlineData("kind: Role", "[no-api-version] -:1:1: no `apiVersion` here for `kind: Role`: add `apiVersion: rbac.authorization.k8s.io/v1`")]
    [InlineData("apiVersion: v1", "[no-kind] -:1:1: no `kind` here: every object says what it is, such as `kind: Role`")]
    [InlineData("apiVersion: rbac.authorization.k8s.io/v9\nkind: Role", "[unknown-version] -:1:1: there is no `Role` in `rbac.authorization.k8s.io/v9`: write `apiVersion: rbac.authorization.k8s.io/v1`")]
    [InlineData("apiVersion: rbac.authorisation.k8s.io/v1\nkind: Role", "[unknown-version] -:1:1: there is no `Role` in `rbac.authorisation.k8s.io/v1`: write `apiVersion: rbac.authorization.k8s.io/v1`")]
    [InlineData("apiVersion: v1\nkind: RoleBinding", "[unknown-version] -:1:1: there is no `RoleBinding` in `v1`: write `apiVersion: rbac.authorization.k8s.io/v1`")]
    [InlineData("apiVersion: rbac.authorization.k8s.io/v1\nkind: Clusterrole", "[unknown-kind] -:1:1: `rbac.authorization.k8s.io/v1` has no kind `Clusterrole`: did you mean `ClusterRole`?")]
    [InlineData("just text", "[not-an-object] -:1:1: a document must be an object with `apiVersion` and `kind`, this is a single value")]
    [InlineData("- a: b", "[not-an-object] -:1:1: a document must be one object: put a list of objects under `items` of a `kind: List`")]
    public void A_document_that_means_to_be_policy_but_is_not_is_an_error(string text, string expected) =>
        Assert.Equal([expected], Given.Problems(text));

    [Fact]
    public void Other_kinds_are_passed_over_and_counted()
    {
        var result = Given.Load("apiVersion: v1\nkind: Pod\n---\napiVersion: apps/v1\nkind: Deployment\nspec: {a: 1}\n---\napiVersion: v1\nkind: Pod\n");
        Assert.Equal([new("Deployment", 1), new("Pod", 2)], result.PassedOver);
        Assert.Equal((3, 0), (result.DocumentsPassedOver, result.DocumentsSkipped));
        Assert.Equal(["nothing-found"], result.Diagnostics.Select(d => d.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n---\n# nothing\n---\n")]
    [InlineData("---\n...\n")]
    public void Empty_documents_are_nothing(string text)
    {
        var result = Given.Load(text);
        Assert.Equal((0, 0, 0), (result.Policy.Count, result.DocumentsPassedOver, result.DocumentsSkipped));
    }

    [Fact]
    public void An_old_version_is_read_as_v1_with_a_warning()
    {
        var result = Given.Load("apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: ClusterRole\nmetadata: {name: a}\n");
        Assert.Equal(["[old-version] -:1:1: `rbac.authorization.k8s.io/v1beta1` is no longer served: read as `rbac.authorization.k8s.io/v1`"], Given.Problems(result));
        Assert.Equal("a", result.Policy.ClusterRoles[0].Metadata.Name);
    }

    [Fact]
    public void Subjects_of_v1alpha1_become_those_of_v1()
    {
        var result = Given.Load("""
            apiVersion: rbac.authorization.k8s.io/v1alpha1
            kind: ClusterRoleBinding
            metadata: {name: a}
            roleRef: {kind: ClusterRole, name: r}
            subjects:
            - {kind: User, name: '*'}
            - {kind: User, name: u, apiVersion: whatever/v1}
            - {kind: ServiceAccount, name: s, namespace: ns, apiVersion: v1}
            - {kind: Robot, name: r, apiVersion: robots.io/v1}
            """);
        Assert.Equal(
            [Subject.Group("system:authenticated"), Subject.User("u"), Subject.ServiceAccount("ns", "s"), new Subject { Kind = "Robot", ApiGroup = "robots.io", Name = "r" }],
            result.Policy.ClusterRoleBindings[0].Subjects);
        Assert.Equal(["old-version"], result.Diagnostics.Select(d => d.Code));
    }

    [Fact]
    public void A_subject_and_a_roleRef_without_apiGroup_get_the_default()
    {
        var result = Given.Load($"apiVersion: {Given.V1}\nkind: RoleBinding\nmetadata: {{name: a, namespace: 'n'}}\nroleRef: {{kind: Role, name: missing}}\nsubjects:\n- {{kind: User, name: u}}\n- {{kind: ServiceAccount, name: s}}\n");
        Assert.Empty(result.Diagnostics);
        var binding = result.Policy.RoleBindings[0];
        Assert.Equal(RoleRef.Role("missing"), binding.RoleRef);
        Assert.Equal([Subject.User("u"), Subject.ServiceAccount("", "s")], binding.Subjects);
    }

    [Fact]
    public void Objects_around_RBAC_are_read_for_what_is_needed()
    {
        var policy = Given.Load("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: a, labels: {x: 1}}
            spec: {finalizers: [kubernetes]}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: s, namespace: a}
            secrets: [{name: x}]
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, kind: Widget, shortNames: [wd]}
              versions:
              - {name: v1, served: true, schema: {openAPIV3Schema: {type: object}}, subresources: {status: {}, scale: {specReplicasPath: .x}}}
              - {name: v1alpha1, served: false}
            """).Policy;
        Assert.Equal(new Namespace("a", new SourceLocation("-", 1, 1)), Assert.Single(policy.Namespaces));
        Assert.Equal(new ServiceAccount("a", "s", new SourceLocation("-", 6, 1)), Assert.Single(policy.ServiceAccounts));
        var definition = Assert.Single(policy.CustomResourceDefinitions);
        Assert.Equal(("example.com", "widgets", "widget", "Widget", true), (definition.Group, definition.Plural, definition.Singular, definition.Kind, definition.IsNamespaced));
        Assert.Equal(["wd"], definition.ShortNames);
        Assert.Equal(["v1"], definition.ServedVersions);
        Assert.Equal(["status", "scale"], definition.Subresources);
    }
}
