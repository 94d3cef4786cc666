namespace AuthzSim.Formats.Tests.Manifests;

public sealed class ListTests
{
    private static string Role(string name) => $$$"""{"apiVersion": "{{{Given.V1}}}", "kind": "ClusterRole", "metadata": {"name": "{{{name}}}"}}""";

    private static string[] Names(string text)
    {
        var result = Given.Load(text);
        Assert.Empty(Given.Problems(result));
        return [.. result.Policy.ClusterRoles.Select(r => r.Metadata.Name)];
    }

    [Fact]
    public void Items_keep_their_order_whatever_the_order_of_the_list_fields()
    {
        var items = $"[{Role("b")}, {Role("a")}]";
        Assert.Equal(["b", "a"], Names($$"""{"apiVersion": "v1", "kind": "List", "items": {{items}} }"""));
        Assert.Equal(["b", "a"], Names($$"""{"apiVersion": "v1", "items": {{items}}, "kind": "List", "metadata": {} }"""));
        Assert.Equal(["b", "a"], Names($$"""{"items": {{items}}, "metadata": {"x": [1]}, "kind": "List", "apiVersion": "v1"}"""));
    }

    [Fact]
    public void Items_of_a_typed_list_may_lack_their_kind()
    {
        const string Bare = """{"metadata": {"name": "a"}, "rules": []}""";
        Assert.Equal(["a", "b"], Names($$"""{"kind": "ClusterRoleList", "apiVersion": "{{Given.V1}}", "items": [{{Bare}}, {{Role("b")}}] }"""));
        Assert.Equal(["a"], Names($$"""{"apiVersion": "{{Given.V1}}", "items": [{{Bare}}], "kind": "ClusterRoleList"}"""));
        Assert.Equal(["a"], Names($"apiVersion: {Given.V1}\nitems:\n- metadata: {{name: a}}\nkind: ClusterRoleList\n"));
    }

    [Fact]
    public void Lists_may_stand_in_a_list_and_documents_one_after_the_other()
    {
        var inner = $$"""{"apiVersion": "v1", "kind": "List", "items": [{{Role("b")}}]}""";
        Assert.Equal(["a", "b", "c", "d"], Names($$"""{"apiVersion": "v1", "items": [{{Role("a")}}, {{inner}}, {{Role("c")}}], "kind": "List"}  {{Role("d")}}"""));
    }

    [Fact]
    public void Lists_nested_deeper_are_refused()
    {
        var list = Role("a");
        for (var i = 0; i < 4; i++)
        {
            list = $$"""{"apiVersion": "v1", "kind": "List", "items": [{{list}}]}""";
        }

        Assert.Contains("[too-large]", Assert.Single(Given.Problems(list)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind": "List", "apiVersion": "v1", "items": [ {"a": 1} {""", "[syntax] -:1:58: `,` or `]` is missing here, after an item of a list; what follows cannot be read")]
    [InlineData("""{"kind": "List", "apiVersion": "v1", "items": [{}, ]}""", "[syntax] -:1:52: an item is missing between the `,` and this `]`; what follows cannot be read")]
    [InlineData("""{"kind": "List", "apiVersion": "v1", "items": [""", "[syntax] -:1:48: the file ends inside a list of items")]
    [InlineData("""{"kind": "List", "apiVersion": "v1", "items": [] "x"}""", "[syntax] -:1:50:")]
    [InlineData("{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [\n\n] \"x\"}", "[syntax] -:3:3:")]
    [InlineData("""{"apiVersion": "rbac.authorization.k8s.io/v1", "items": [], "kind": "Role"}""", "[unknown-field] -:1:2: unknown field `items` in a `kind: Role`: only lists have it")]
    [InlineData("""{"items": []}""", "[no-kind] -:1:2:")]
    public void A_broken_list_is_an_error_at_its_place(string text, string expected) =>
        Assert.StartsWith(expected, Given.Problems(text)[^1], StringComparison.Ordinal);

    [Fact]
    public void Items_of_foreign_lists_are_counted()
    {
        var result = Given.Load("""{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {}}, {"metadata": {}}]}""");
        Assert.Equal([new("Pod", 2)], result.PassedOver);
    }
}
