using System.Text;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Formats;

namespace AuthzSim.Authentication.Tests.Cluster;

/// <summary>Objects out of manifests, lists and dumps.</summary>
public sealed class ClusterObjectReaderTests
{
    private const string Manifests = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: builder, namespace: shop, uid: u-1, labels: {a: b}}
        secrets: [{name: builder-token}]
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: t, namespace: shop, deletionTimestamp: "2026-01-02T03:04:05+01:00"}
        type: x
        data: {a: aGk=, b: aGk=}
        stringData: {b: over}
        ---
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, uid: u-2}}
        - {apiVersion: v1, kind: Node, metadata: {name: node, uid: u-3}}
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
        """;

    [Fact]
    public void Every_kind_is_read_out_of_yaml()
    {
        var objects = Read(Manifests);
        var account = Assert.IsType<ServiceAccount>(objects[0]);
        Assert.Equal(("builder", "shop", "u-1", "b"), (account.Name, account.Namespace, account.Uid, account.Labels["a"]));
        Assert.Equal(["builder-token"], account.Secrets);
        var secret = Assert.IsType<Secret>(objects[1]);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero), secret.DeletionTimestamp);
        Assert.Equal("x", secret.Type);
        Assert.Equal(["a=hi", "b=over"], secret.Data!.Select(d => $"{d.Key}={Encoding.UTF8.GetString(d.Value.Span)}"));
        Assert.Equal(("p", "u-2"), (objects[2].Name, objects[2].Uid));
        Assert.IsType<Node>(objects[3]);
        Assert.Equal(4, objects.Count);
    }

    [Fact]
    public void Items_of_a_typed_list_are_read_out_of_json()
    {
        var objects = Read("""{"apiVersion":"v1","kind":"SecretList","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b","namespace":"n"},"data":{}}]}""");
        Assert.Equal([("default", "a"), ("n", "b")], objects.Select(o => (o.Namespace, o.Name)));
        Assert.All(objects, o => Assert.Null(((Secret)o).Data));
    }

    [Theory]
    [InlineData("data: {token: no base64}", "-:4:8", "data.token: not base64")]
    [InlineData("data: {token: [hush]}", "-:4:8", "data.token: another value stands where text is needed")]
    [InlineData("data: hush", "-:4:1", "data: another value stands where an object is needed")]
    [InlineData("type: 1", "-:4:1", "type: another value stands where text is needed")]
    public void A_malformed_secret_is_refused_at_its_place_without_being_quoted(string line, string place, string message)
    {
        var refused = Assert.Throws<PolicyFormatException>(
            () => Read($"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: ns}}\n{line}\n"));
        Assert.StartsWith($"{place}: Secret `s`: {message}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","metadata":{}}""", "Pod: metadata.name: Required value")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","deletionTimestamp":"yesterday"}}""", "not a time as RFC 3339")]
    [InlineData("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"\ud800"}}""", "half of a surrogate pair")]
    [InlineData("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"},"secrets":[1]}""", "secrets[0]: another value stands where an object is needed")]
    public void Other_malformed_objects_are_refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<PolicyFormatException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_load_gives_both_the_policy_and_the_objects()
    {
        var reader = new ClusterObjectReader();
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Manifests));
        var result = PolicyLoader.Load(
            ["-"], new PolicyLoadOptions { StandardInput = input, Visitor = reader, IncludeDefaultPolicy = false });
        Assert.Single(result.Policy.ServiceAccounts);
        Assert.Equal(["ConfigMap"], result.PassedOver.Keys);
        Assert.Equal(4, reader.Objects.Length);
        Assert.DoesNotContain(result.Diagnostics, d => d.Code == DiagnosticCodes.NothingFound);
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("2026-01-02T03:04:05.123456789-02:30", "2026-01-02T05:34:05.1234567+00:00")]
    [InlineData("2026-01-02 03:04:05Z", null)]
    [InlineData("2026-02-30T03:04:05Z", null)]
    [InlineData("2026-01-02T03:04:05", null)]
    [InlineData("2026-01-02T03:04:05Z\n", null)]
    [InlineData("0001-01-01T00:00:00+01:00", null)]
    [InlineData("9999-12-31T23:59:59-01:00", null)]
    public void Times_are_read_as_rfc_3339(string text, string? expected) =>
        Assert.Equal(expected, Rfc3339.TryParse(text, out var time) ? time.ToString("o") : null);

    private static List<ClusterObject> Read(string text)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return [.. ClusterObjectReader.Load(["-"], new PolicyLoadOptions { StandardInput = input })];
    }
}
