using AuthzSim.Rbac;

namespace AuthzSim.Tests.Rbac;

/// <summary>The metadata rules every kind shares.</summary>
public sealed class ObjectMetaValidationTests
{
    private const string Name =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string Value =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
        + "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
        + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string Subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
        + "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + @"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private static readonly string _long = new('a', 64);

    public static TheoryData<string, string[]> QualifiedNames => new()
    {
        { "Ok_1.x", [] },
        { "example.com/Ok", [] },
        { "-a", [$"name part {Name}"] },
        { "", ["name part must be non-empty", $"name part {Name}"] },
        { _long, ["name part must be no more than 63 bytes"] },
        { "/a", ["prefix part must be non-empty"] },
        { "A/b", [$"prefix part {Subdomain}"] },
        { $"{new string('a', 254)}/b", ["prefix part must be no more than 253 bytes"] },
        { "a/b/c", [$"a valid label key {Name} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"] },
        { "é", [$"name part {Name}"] },
    };

    [Theory]
    [MemberData(nameof(QualifiedNames))]
    public void Label_keys_are_qualified_names(string key, string[] errors) => Expect(
        new ObjectMeta { Labels = ObjectMeta.NoEntries.Add(key, "") },
        [.. errors.Select(e => $"metadata.labels: Invalid value: \"{key}\": {e}")]);

    [Theory]
    [MemberData(nameof(QualifiedNames))]
    public void Annotation_keys_too_whatever_their_case(string key, string[] errors) => Expect(
        new ObjectMeta { Annotations = ObjectMeta.NoEntries.Add(key, "any value!") },
        key == "A/b" ? [] : [.. errors.Select(e => $"metadata.annotations: Invalid value: \"{key}\": {e}")]);

    [Fact]
    public void Label_values_are_short_and_plain()
    {
        Expect(
            new ObjectMeta { Labels = ObjectMeta.NoEntries.Add("a", "").Add("b", _long).Add("c", "x y").Add("d", "Ok-1") },
            $"metadata.labels: Invalid value: \"{_long}\": must be no more than 63 bytes",
            $"metadata.labels: Invalid value: \"x y\": {Value}");
    }

    [Fact]
    public void Annotations_have_a_total_size()
    {
        var fits = ObjectMeta.NoEntries.Add("a", new string('x', (256 * 1024) - 1));
        Expect(new ObjectMeta { Annotations = fits });
        Expect(
            new ObjectMeta { Annotations = fits.Add("b", "") },
            "metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    [Fact]
    public void A_generated_name_may_be_dots_but_hold_no_slash_and_no_percent()
    {
        Expect(new ObjectMeta { GenerateName = ".." });
        Expect(
            new ObjectMeta { GenerateName = "a/%" },
            "metadata.generateName: Invalid value: \"a/%\": may not contain '/'",
            "metadata.generateName: Invalid value: \"a/%\": may not contain '%'");
    }

    [Theory]
    [InlineData("a.b", "must not contain dots")]
    [InlineData("A", "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")]
    public void A_namespace_is_a_label(string @namespace, string error) => Assert.Equal(
        [$"metadata.namespace: Invalid value: \"{@namespace}\": {error}"],
        RbacValidation.Validate(new Role { Metadata = new ObjectMeta { Name = "r", Namespace = @namespace } }).Select(e => e.ToString()));

    [Fact]
    public void Owners_are_named_in_full_and_one_of_them_controls()
    {
        var owner = new OwnerReference { ApiVersion = "apps/v1", Kind = "D", Name = "d", Uid = "1", Controller = true };
        Expect(new ObjectMeta { OwnerReferences = [owner, owner with { Controller = false }] });
        Expect(
            new ObjectMeta { OwnerReferences = [new OwnerReference { ApiVersion = "a/b/c" }] },
            "metadata.ownerReferences.apiVersion: Invalid value: \"a/b/c\": version must not be empty",
            "metadata.ownerReferences.kind: Invalid value: \"\": must not be empty",
            "metadata.ownerReferences.name: Invalid value: \"\": must not be empty",
            "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty");
        Expect(
            new ObjectMeta { OwnerReferences = [owner, owner with { Name = "e", BlockOwnerDeletion = false }] },
            "metadata.ownerReferences: Invalid value: "
            + """[{"apiVersion":"apps/v1","kind":"D","name":"d","uid":"1","controller":true},"""
            + """{"apiVersion":"apps/v1","kind":"D","name":"e","uid":"1","controller":true,"blockOwnerDeletion":false}]: """
            + "Only one reference can have Controller set to true. Found \"true\" in references for D/d and D/e");
        Expect(
            new ObjectMeta { OwnerReferences = [owner with { ApiVersion = "v1", Kind = "Event" }] },
            "metadata.ownerReferences: Invalid value: &OwnerReference{Kind:Event,Name:d,UID:1,APIVersion:v1,"
            + "Controller:*true,BlockOwnerDeletion:nil,}: /v1, Kind=Event is disallowed from being an owner");
    }

    [Fact]
    public void Finalizers_are_standard_or_qualified()
    {
        Expect(new ObjectMeta { Finalizers = ["kubernetes", "orphan", "example.com/x"] });
        Expect(
            new ObjectMeta { Finalizers = ["orphan", "mine", "foregroundDeletion", "a/"] },
            "metadata.finalizers: Invalid value: \"a/\": name part must be non-empty",
            $"metadata.finalizers: Invalid value: \"a/\": name part {Name}",
            "metadata.finalizers: Invalid value: [\"orphan\",\"mine\",\"foregroundDeletion\",\"a/\"]: "
            + "finalizer orphan and foregroundDeletion cannot be both set",
            "metadata.finalizers[1]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified");
    }

    [Fact]
    public void A_namespace_on_a_cluster_scoped_object_is_no_finding() => Expect(new ObjectMeta { Namespace = "x" });

    private static void Expect(ObjectMeta meta, params string[] errors) => Assert.Equal(
        errors,
        RbacValidation.Validate(new ClusterRole { Metadata = meta with { Name = "r" } }).Select(e => e.ToString()));
}
