using System.Text;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Tests.Json;

public sealed class DecodeJsonTests
{
    private static DecodedManifest Decode(string json) => RbacManifest.DecodeJson(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Unknown_and_duplicate_fields_are_listed_in_order_of_appearance()
    {
        var decoded = Decode($$$"""
            {"kind": "Role", "apiVersion": "{{{Given.V1}}}", "x": 1, "metadata": {"name": "r", "y": {}, "labels": {"a": "1", "a": "2"}},
             "rules": [{"verbs": ["get"], "verb": 1}, {"verbs": ["x"], "verbs": ["list"]}], "x": 2}
            """);
        Assert.Equal(
            [
                "unknown field \"x\"", "unknown field \"metadata.y\"", "duplicate field \"metadata.labels.a\"", "unknown field \"rules[0].verb\"",
                "duplicate field \"rules[1].verbs\"", "unknown field \"x\"",
            ],
            decoded.StrictErrors.Select(e => e.ToString()));
        var role = Assert.IsType<Role>(decoded.Object);
        Assert.Equal(["list"], role.Rules[1].Verbs);
        Assert.Equal("2", role.Metadata.Labels["a"]);
    }

    [Fact]
    public void Nothing_is_defaulted_and_null_is_absent()
    {
        var decoded = Decode($$$"""{"kind": "RoleBinding", "apiVersion": "{{{Given.V1}}}", "metadata": {"name": null}, "subjects": [{"kind": "User", "name": "u"}], "roleRef": null}""");
        var binding = Assert.IsType<RoleBinding>(decoded.Object);
        Assert.Equal(("", "", ""), (binding.Metadata.Name, binding.RoleRef.ApiGroup, binding.Subjects[0].ApiGroup));
        Assert.Empty(decoded.StrictErrors);
    }

    [Theory]
    [InlineData("""{"kind": "Role", "apiVersion": "rbac.authorization.k8s.io/v9"}""", "rbac.authorization.k8s.io/v9", "Role")]
    [InlineData("""{"kind": "Pod", "apiVersion": "v1"}""", "v1", "Pod")]
    [InlineData("{}", "", "")]
    public void Another_kind_or_version_is_told_without_an_object(string json, string apiVersion, string kind)
    {
        var decoded = Decode(json);
        Assert.Null(decoded.Object);
        Assert.Equal((apiVersion, kind), (decoded.ApiVersion, decoded.Kind));
    }

    [Theory]
    [InlineData("[]", "not-an-object body:1:1")]
    [InlineData("{\"kind\": ", "syntax body:1:10")]
    [InlineData("{} x", "syntax body:1:4")]
    [InlineData("{\n\"kind\": \"Role\", \"apiVersion\": \"rbac.authorization.k8s.io/v1\", \"rules\": {}}", "wrong-type body:2:72")]
    public void What_is_no_object_of_its_kind_is_refused(string json, string expected)
    {
        var diagnostic = Assert.Single(Assert.Throws<PolicyFormatException>(() => Decode(json)).Diagnostics);
        Assert.Equal(expected, $"{diagnostic.Code} {diagnostic.Location}");
    }

    [Fact]
    public void Defaults_are_the_servers()
    {
        var binding = new RoleBinding
        {
            RoleRef = new RoleRef { Kind = "Role", Name = "r" },
            Subjects =
            [
                new Subject { Kind = "User" }, new Subject { Kind = "Group", ApiGroup = "x" }, new Subject { Kind = "ServiceAccount" }, new Subject { Kind = "Robot" },
            ],
        };
        var defaulted = (RoleBinding)RbacDefaults.SetDefaults(binding);
        Assert.Equal(RoleRef.Role("r"), defaulted.RoleRef);
        Assert.Equal([RbacNames.Group, "x", "", ""], defaulted.Subjects.Select(s => s.ApiGroup));
        Assert.Same(defaulted, RbacDefaults.SetDefaults(defaulted));
        var role = new Role();
        Assert.Same(role, RbacDefaults.SetDefaults(role));
    }
}
