using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Rbac;

/// <summary>The create and update rules of roles and bindings, text by text.</summary>
public sealed class RbacValidationTests
{
    private const string Subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
        + "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + @"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private static readonly PolicyRule _get = new() { Verbs = ["get"], ApiGroups = [""], Resources = ["pods"] };

    [Fact]
    public void Whatever_a_resource_rule_lists_is_valid() => Expect(Role(_get with
    {
        Verbs = ["", "Fly"],
        ApiGroups = ["x y"],
        Resources = ["", "pods/*"],
        ResourceNames = ["a", ""],
    }));

    [Fact]
    public void A_cluster_role_may_list_any_url() =>
        Expect(ClusterRole(new PolicyRule { Verbs = ["get"], NonResourceUrls = ["no-slash", "/a/*/b", ""] }));

    [Fact]
    public void An_empty_rule_lacks_verbs_groups_and_resources() => Expect(
        Role(_get, new PolicyRule()),
        "rules[1].verbs: Required value: verbs must contain at least one value",
        "rules[1].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[1].resources: Required value: resource rules must supply at least one resource");

    [Fact]
    public void A_namespaced_rule_has_no_urls_and_no_rule_has_both() => Expect(
        Role(new PolicyRule { NonResourceUrls = ["/<a>", "/b"], ResourceNames = ["x"] }),
        "rules[0].verbs: Required value: verbs must contain at least one value",
        @"rules[0].nonResourceURLs: Invalid value: [""/\u003ca\u003e"",""/b""]: namespaced rules cannot apply to non-resource URLs",
        @"rules[0].nonResourceURLs: Invalid value: [""/\u003ca\u003e"",""/b""]: "
        + "rules cannot apply to both regular resources and non-resource URLs");

    [Theory]
    [InlineData("Role", "", "Ok:Name", "")]
    [InlineData("ClusterRole", "x", "", "apiGroup: Unsupported value: \"x\": supported values: \"rbac.authorization.k8s.io\"|name: Required value")]
    [InlineData("X", "", "a%/b", "kind: Unsupported value: \"X\": supported values: \"Role\", \"ClusterRole\"|name: Invalid value: \"a%/b\": may not contain '/'|name: Invalid value: \"a%/b\": may not contain '%'")]
    [InlineData("ClusterRole", "", "..", "name: Invalid value: \"..\": may not be '..'")]
    public void Role_references(string kind, string apiGroup, string name, string expected) => Expect(
        RbacDefaults.SetDefaults(new RoleBinding
        {
            Metadata = Meta("b"),
            RoleRef = new RoleRef { ApiGroup = apiGroup, Kind = kind, Name = name },
        }),
        [.. expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(e => $"roleRef.{e}")]);

    [Fact]
    public void A_cluster_role_binding_binds_no_role() => Expect(
        new ClusterRoleBinding { Metadata = Meta("b", ""), RoleRef = RoleRef.Role("r") },
        "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"");

    [Fact]
    public void Subjects_are_judged_by_their_kind()
    {
        ImmutableArray<Subject> subjects =
        [
            Subject.User("a b") with { Namespace = "ignored" },
            Subject.Group("") with { ApiGroup = "bad" },
            Subject.ServiceAccount("", "Bad_Name") with { ApiGroup = "v1" },
            new() { Kind = "Robot" },
            Subject.ServiceAccount("", new string('a', 254)),
            Subject.ServiceAccount("NotANamespace!", ""),
        ];
        string[] errors =
        [
            "subjects[1].name: Required value",
            "subjects[1].apiGroup: Unsupported value: \"bad\": supported values: \"rbac.authorization.k8s.io\"",
            $"subjects[2].name: Invalid value: \"Bad_Name\": {Subdomain}",
            "subjects[2].apiGroup: Unsupported value: \"v1\": supported values: \"\"",
            "subjects[3].name: Required value",
            "subjects[3].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\"",
            $"subjects[4].name: Invalid value: \"{new string('a', 254)}\": must be no more than 253 characters",
            "subjects[5].name: Required value",
        ];
        var binding = new RoleBinding { Metadata = Meta("b"), RoleRef = RoleRef.ClusterRole("r"), Subjects = subjects };
        Expect(binding, errors);
        var clusterBinding = new ClusterRoleBinding { Metadata = Meta("b", ""), RoleRef = binding.RoleRef, Subjects = subjects };
        Expect(clusterBinding,
            [.. errors[..4], "subjects[2].namespace: Required value", .. errors[4..7], "subjects[4].namespace: Required value", errors[7]]);
    }

    [Fact]
    public void Metadata_comes_before_the_rest() => Expect(
        Role(new PolicyRule { Verbs = ["get"] }) with { Metadata = ObjectMeta.Empty },
        "metadata.name: Required value: name or generateName is required",
        "metadata.namespace: Required value",
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[0].resources: Required value: resource rules must supply at least one resource");

    [Fact]
    public void An_unchanged_object_may_replace_itself() => ExpectUpdate(Role(_get), Role(_get));

    [Fact]
    public void A_role_reference_never_changes()
    {
        var old = new RoleBinding { Metadata = Meta("b"), RoleRef = RoleRef.Role("r") };
        ExpectUpdate(
            old with { RoleRef = RoleRef.ClusterRole("r&r") }, old,
            @"roleRef: Invalid value: {""APIGroup"":""rbac.authorization.k8s.io"",""Kind"":""ClusterRole"",""Name"":""r\u0026r""}: "
            + "cannot change roleRef");
        Assert.Throws<ArgumentException>(() => RbacValidation.ValidateUpdate(old, Role(_get)));
    }

    [Fact]
    public void An_update_finds_bad_metadata_again_and_again()
    {
        var role = Role(new PolicyRule()) with { Metadata = Meta("r") with { Labels = ObjectMeta.NoEntries.Add("a", "!") } };
        var fields = RbacValidation.ValidateUpdate(role, Role(_get) with { Metadata = Meta("r") }).Select(e => e.Field);
        Assert.Equal(
            [
                "metadata.labels", "metadata.labels", "metadata.labels",
                "rules[0].verbs", "rules[0].apiGroups", "rules[0].resources", "metadata.labels",
            ],
            fields);
    }

    [Fact]
    public void Name_namespace_and_uid_never_change()
    {
        var old = Role(_get) with { Metadata = Meta("r") with { Uid = "1" } };
        var changed = old with { Metadata = Meta("s", "other") with { Uid = "2" } };
        string[] errors =
        [
            "metadata.name: Invalid value: \"s\": field is immutable",
            "metadata.namespace: Invalid value: \"other\": field is immutable",
            "metadata.uid: Invalid value: \"2\": field is immutable",
        ];
        ExpectUpdate(changed, old, [.. errors, .. errors]);
        ExpectUpdate(old with { Metadata = Meta("r") }, old);
    }

    [Fact]
    public void Reasons_are_those_of_a_status_body()
    {
        var binding = new RoleBinding
        {
            Metadata = Meta("r"),
            RoleRef = new RoleRef { ApiGroup = "x", Kind = "Role", Name = "." },
            Subjects = [Subject.User("")],
        };
        Assert.Equal(
            ["FieldValueNotSupported", "FieldValueInvalid", "FieldValueRequired"],
            RbacValidation.Validate(binding).Select(e => e.Reason));
    }

    private static ObjectMeta Meta(string name, string @namespace = "ns") => new() { Name = name, Namespace = @namespace };

    private static Role Role(params ImmutableArray<PolicyRule> rules) => new() { Metadata = Meta("r"), Rules = rules };

    private static ClusterRole ClusterRole(params ImmutableArray<PolicyRule> rules) => new() { Metadata = Meta("r", ""), Rules = rules };

    private static void Expect(RbacObject @object, params string[] errors) =>
        Assert.Equal(errors, RbacValidation.Validate(@object).Select(e => e.ToString()));

    private static void ExpectUpdate(RbacObject @object, RbacObject old, params string[] errors) =>
        Assert.Equal(errors, RbacValidation.ValidateUpdate(@object, old).Select(e => e.ToString()));
}
