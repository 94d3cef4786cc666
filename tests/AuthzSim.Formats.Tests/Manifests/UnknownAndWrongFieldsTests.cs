namespace AuthzSim.Formats.Tests.Manifests;

public sealed class UnknownAndWrongFieldsTests
{
    private const string Head = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: 'n'}\n";

    [Theory]
    [InlineData("rules:\n- verb: [get]\n", "[unknown-field] -:5:3: rules[0]: unknown field `verb`: did you mean `verbs`?")]
    [InlineData("rules:\n- APIGroups: ['']\n", "[unknown-field] -:5:3: rules[0]: unknown field `APIGroups`: did you mean `apiGroups`?")]
    [InlineData("rules: []\nname: x\n", "[unknown-field] -:5:1: unknown field `name`: it is a field of `metadata`: was its indentation lost?")]
    [InlineData("rules:\n- verbs: get\n", "[wrong-type] -:5:10: rules[0].verbs: the text `get` stands where a list is needed: write `verbs: [\"get\"]`")]
    [InlineData("rules:\n- verbs: [get, yes]\n", "[wrong-type] -:5:16: rules[0].verbs[1]: `yes` is a boolean where text is needed: quote it, `\"yes\"`")]
    [InlineData("rules:\n- verbs: [1]\n", "[wrong-type] -:5:11: rules[0].verbs[0]: `1` is a number where text is needed: quote it, `\"1\"`")]
    [InlineData("rules:\n- verbs: [0x1F]\n", "[wrong-type] -:5:11: rules[0].verbs[0]: `0x1F` is a number where text is needed: quote it, `\"0x1F\"`")]
    [InlineData("rules:\n- verbs:\n  -\n", "[wrong-type] -:6:4: rules[0].verbs[0]: nothing stands where text is needed: remove it, or write `\"\"` for an empty text")]
    [InlineData("rules:\n- verbs: [[get]]\n", "[wrong-type] -:5:11: rules[0].verbs[0]: a list stands where one text is needed")]
    [InlineData("rules:\n- pods\n", "[wrong-type] -:5:3: rules[0]: the text `pods` stands where an object is needed")]
    [InlineData("rules:\n  verbs: [get]\n", "[wrong-type] -:5:3: rules: an object stands where a list of objects is needed: put `- ` before its first field")]
    [InlineData("rules: []\nrules: []\n", "[duplicate-field] -:5:1: rules: given twice: keep one of them, or join them into one")]
    [InlineData("rules:\n- verbs: [get]\n  verbs: [list]\n", "[duplicate-field] -:6:3: rules[0].verbs: given twice: keep one of them, or join them into one")]
    public void A_field_that_does_not_fit_is_an_error_at_its_place(string tail, string expected) =>
        Assert.Equal([expected], Given.Problems(Head + tail));

    [Theory]
    [InlineData("labels: {a: b, a: c}", "[duplicate-field] -:3:27: metadata.labels.a: given twice: keep one of them, or join them into one")]
    [InlineData("labels: {a: 1}", "[wrong-type] -:3:24: metadata.labels.a: `1` is a number where text is needed: quote it, `\"1\"`")]
    [InlineData("labels: x", "[wrong-type] -:3:20: metadata.labels: the text `x` stands where a map of text to text is needed")]
    [InlineData("lables: {}", "[unknown-field] -:3:12: metadata: unknown field `lables`: did you mean `labels`?")]
    public void Metadata_is_read_strictly(string field, string expected) =>
        Assert.Equal(expected, Given.Problems($"apiVersion: {Given.V1}\nkind: Role\nmetadata: {{{field}, name: r, namespace: 'n'}}\n")[0]);

    [Fact]
    public void Every_field_the_server_writes_into_metadata_is_known()
    {
        var result = Given.Load($$"""
            {"apiVersion": "{{Given.V1}}", "kind": "Role", "metadata": {"name": "r", "namespace": "n", "uid": "u", "resourceVersion": "7",
             "generateName": "r-", "generation": 3, "creationTimestamp": null, "deletionTimestamp": "x", "deletionGracePeriodSeconds": 1,
             "selfLink": "/x", "ownerReferences": [{"kind": "X"}], "managedFields": [{"fieldsV1": {"f:rules": {} } }],
             "finalizers": ["f"], "labels": null, "annotations": {"a": "b"} }, "rules": null}
            """);
        Assert.Empty(result.Diagnostics);
        var metadata = Assert.Single(result.Policy.Roles).Metadata;
        Assert.Equal(("u", "7", "r-", "f", "b"), (metadata.Uid, metadata.ResourceVersion, metadata.GenerateName, metadata.Finalizers[0], metadata.Annotations["a"]));
    }

    [Fact]
    public void A_manifest_that_lost_its_indentation_is_told_so()
    {
        var problems = Given.Problems($"apiVersion: {Given.V1}\nkind: ClusterRole\nmetadata:\nname: read-pods\nrules:\n- apiGroups: ['']\nresources: [pods]\nverbs: [get]\n");
        Assert.Equal(
            [
                "[unknown-field] -:4:1: unknown field `name`: it is a field of `metadata`: was its indentation lost?",
                "[unknown-field] -:7:1: unknown field `resources`: it is a field of a rule: was its indentation lost?",
                "[unknown-field] -:8:1: unknown field `verbs`: it is a field of a rule: was its indentation lost?",
            ],
            problems);
    }

    [Fact]
    public void All_problems_of_all_documents_are_thrown_together()
    {
        const string Text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Rolle\n---\nkind: Role\n---\napiVersion: v1\nkind: Role\n---\na: [\n";
        var options = Given.Options(System.Text.Encoding.UTF8.GetBytes(Text)) with { SkipInvalid = false };
        var thrown = Assert.Throws<PolicyFormatException>(() => PolicyLoader.Load(["-"], options));
        Assert.Equal(
            ["unknown-kind -:1:1", "no-api-version -:4:1", "unknown-version -:6:1", "syntax -:10:1"],
            thrown.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => $"{d.Code} {d.Location}"));
    }
}
