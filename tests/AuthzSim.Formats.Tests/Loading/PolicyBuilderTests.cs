using AuthzSim.Rbac;

namespace AuthzSim.Formats.Tests.Loading;

public sealed class PolicyBuilderTests
{
    private static string Role(string name, string ns, string verb) =>
        $"apiVersion: {Given.V1}\nkind: Role\nmetadata: {{name: {name}, namespace: '{ns}'}}\nrules:\n- verbs: [{verb}]\n---\n";

    [Fact]
    public void The_later_of_two_objects_with_one_name_wins_and_takes_the_later_place()
    {
        var result = Given.Load(Role("a", "n", "get") + Role("b", "n", "get") + Role("a", "m", "get") + Role("a", "n", "list"));
        Assert.Equal(["n/b get", "m/a get", "n/a list"], result.Policy.Roles.Select(r => $"{r.Metadata.Namespace}/{r.Metadata.Name} {r.Rules[0].Verbs[0]}"));
        Assert.Equal(["[duplicate-object] -:19:1: Role `n/a` is given twice: this one replaces the one at -:1:1"], Given.Problems(result));
    }

    [Fact]
    public void Objects_whose_names_the_server_makes_are_no_duplicates()
    {
        var text = $"apiVersion: {Given.V1}\nkind: ClusterRole\nmetadata: {{generateName: a-}}\n---\n";
        Assert.Empty(Given.Problems(text + text));
    }

    [Fact]
    public void A_namespaced_object_without_namespace_lands_in_default()
    {
        var result = Given.Load($"apiVersion: {Given.V1}\nkind: RoleBinding\nmetadata: {{name: a}}\n");
        Assert.Equal("default", result.Policy.RoleBindings[0].Metadata.Namespace);
        Assert.Equal(["[no-namespace] -:1:1: RoleBinding `a`: no `metadata.namespace`: taken as `default`, where kubectl would put it"], Given.Problems(result));
    }

    [Fact]
    public void A_cluster_scoped_object_loses_its_namespace()
    {
        var result = Given.Load($"apiVersion: {Given.V1}\nkind: ClusterRole\nmetadata: {{name: a, namespace: 'n'}}\n");
        Assert.Equal("", result.Policy.ClusterRoles[0].Metadata.Namespace);
        Assert.Equal(["[needless-namespace] -:1:1: ClusterRole `a`: a ClusterRole is in no namespace: `n` is dropped"], Given.Problems(result));
    }

    [Fact]
    public void The_default_policy_comes_first_and_yields_to_the_input()
    {
        var text = $"apiVersion: {Given.V1}\nkind: ClusterRole\nmetadata: {{name: view}}\n";
        var options = Given.Options(System.Text.Encoding.UTF8.GetBytes(text)) with { IncludeDefaultPolicy = true };
        var roles = PolicyLoader.Load(["-"], options).Policy.ClusterRoles;
        Assert.Equal(DefaultPolicy.Kubernetes136.ClusterRoles.Length, roles.Length);
        Assert.Equal("-:1:1", Assert.Single(roles, r => r.Metadata.Name == "view").Location.ToString());
        Assert.Equal("view", roles[^1].Metadata.Name);
    }

    [Fact]
    public void An_invalid_object_stops_the_load_or_is_left_out()
    {
        var options = Given.Options(System.Text.Encoding.UTF8.GetBytes(Role("a", "n", "get") + Role("b", "n", "get"))) with
        {
            Validate = o => o.Metadata.Name == "a" ? [new FieldError("metadata.name", FieldErrorType.Invalid, "Invalid value: \"a\"")] : [],
        };
        var result = PolicyLoader.Load(["-"], options);
        Assert.Equal(["b"], result.Policy.Roles.Select(r => r.Metadata.Name));
        Assert.Equal((1, "[invalid] -:3:12: Role `a`: metadata.name: Invalid value: \"a\""), (result.DocumentsSkipped, Given.Problems(result)[0]));
    }
}
