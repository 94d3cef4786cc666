using AuthzSim.Rbac;

namespace AuthzSim.Formats.Tests.Manifests;

public sealed class LocationTests
{
    private const string Json = """
        {
          "apiVersion": "v1", "kind": "List", "items": [
            {
              "apiVersion": "rbac.authorization.k8s.io/v1",
              "kind": "RoleBinding", "metadata": {"name": "ü𝄞", "namespace": "n"}, "subjects": [{"kind": "User",
                "name": "a"}, {
                "kind": "User", "name": "b"}],
              "roleRef": {"kind": "Role", "name": "r"}
            }, {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
              "metadata": {"name": "r", "namespace": "n", "labels": {"é": "x"}}, "rules": [{}, {"verbs": ["get"]}]}
          ]
        }
        """;

    [Fact]
    public void JSON_objects_rules_and_subjects_know_their_place()
    {
        var policy = Given.Load(Json).Policy;
        var binding = Assert.Single(policy.RoleBindings);
        var role = Assert.Single(policy.Roles);
        Assert.Equal("-:4:7", binding.Location.ToString());
        Assert.Equal(["-:5:91", "-:7:9"], binding.Subjects.Select(s => s.Location.ToString()));
        Assert.Equal("-:9:9", role.Location.ToString());
        Assert.Equal(["-:10:84", "-:10:89"], role.Rules.Select(s => s.Location.ToString()));
    }

    [Fact]
    public void Places_do_not_depend_on_how_the_input_is_cut()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(Json);
        var expected = Given.Load(bytes).Policy.Objects.Select(o => o.Location);
        for (var size = 16; size < 600; size += 7)
        {
            Assert.Equal(expected, Given.Load(bytes, size).Policy.Objects.Select(o => o.Location));
        }
    }

    [Fact]
    public void YAML_objects_rules_and_subjects_know_their_place()
    {
        var policy = Given.Load($"# first\n---\napiVersion: {Given.V1}\nkind: Role\nmetadata: {{name: r, namespace: 'n'}}\nrules:\n- verbs: [get]\n- {{verbs: [x]}}\n---\nkind: RoleBinding\napiVersion: {Given.V1}\nmetadata: {{name: r, namespace: 'n'}}\nsubjects:\n  - kind: User\n    name: u\n").Policy;
        Assert.Equal("-:3:1", policy.Roles[0].Location.ToString());
        Assert.Equal(["-:7:3", "-:8:4"], policy.Roles[0].Rules.Select(r => r.Location.ToString()));
        Assert.Equal("-:10:1", policy.RoleBindings[0].Location.ToString());
        Assert.Equal("-:14:5", policy.RoleBindings[0].Subjects[0].Location.ToString());
    }

    [Theory]
    [InlineData("rules[1].verbs", "-:7:3", false)]
    [InlineData("rules[0].verbs", "-:6:3", false)]
    [InlineData("rules[0].resources[1]", "-:6:33", false)]
    [InlineData("metadata.name", "-:3:12", false)]
    [InlineData("roleRef.name", "-:1:1", false)]
    [InlineData("rules[1].verbs", "-:7:3", true)]
    public void A_validation_error_stands_at_the_innermost_field_that_exists(string field, string place, bool isSkipped)
    {
        var text = $"apiVersion: {Given.V1}\nkind: Role\nmetadata: {{name: r, namespace: 'n'}}\n\nrules:\n- resources: [deployments.apps, b]\n- apiGroups: ['']\n";
        var options = Given.Options(System.Text.Encoding.UTF8.GetBytes(text)) with
        {
            Validate = _ => [new FieldError(field, FieldErrorType.Required, "Required value: x")],
            SkipInvalid = isSkipped,
        };
        var diagnostics = isSkipped
            ? PolicyLoader.Load(["-"], options).Diagnostics
            : Assert.Throws<PolicyFormatException>(() => PolicyLoader.Load(["-"], options)).Diagnostics;
        Assert.Equal($"{place}: Role `r`: {field}: Required value: x", Assert.Single(diagnostics).ToString());
    }

    [Fact]
    public void The_default_policy_knows_its_places_and_is_complete()
    {
        var policy = DefaultPolicy.Kubernetes136;
        Assert.Equal((69, 7, 50, 7), (policy.ClusterRoles.Length, policy.Roles.Length, policy.ClusterRoleBindings.Length, policy.RoleBindings.Length));
        Assert.Equal("(default policy):6:4", policy.ClusterRoles[0].Location.ToString());
        Assert.Same(policy, DefaultPolicy.Kubernetes136);
    }
}
