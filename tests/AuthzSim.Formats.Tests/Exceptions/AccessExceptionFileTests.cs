using System.Collections.Immutable;
using System.Text;
using AuthzSim.Analysis;
using AuthzSim.Formats.Exceptions;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using FsCheck;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Exceptions;

public sealed class AccessExceptionFileTests : IDisposable
{
    private const string Good =
        """
        apiVersion: authzsim.io/v1
        kind: AccessException
        subjects:
        - {kind: User, name: ann}
        - {kind: ServiceAccount, name: ci, namespace: build}
        rules:
        - {verbs: [get], apiGroups: [""], resources: [secrets], resourceNames: [db]}
        namespaces: [shop, test]
        reason: the audit
        expires: 2027-01-31
        """;

    private const string Syntax = "{}[]:,-\"'&*#| \n";

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_document_is_an_exception()
    {
        var exception = Assert.Single(Read(Good));

        PolicyRule rule = new() { Verbs = ["get"], ApiGroups = [""], Resources = ["secrets"], ResourceNames = ["db"] };
        Assert.Equal([Subject.User("ann"), Subject.ServiceAccount("build", "ci")], exception.Subjects);
        Assert.Equal(AccessSet.InNamespace("shop", rule).Union(AccessSet.InNamespace("test", rule)), exception.Access);
        Assert.Equal(("the audit", new DateOnly(2027, 1, 31), 1), (exception.Reason, exception.Expires, exception.Location.Line));
        Assert.True(exception.IsInForce(exception.Expires));
        Assert.False(exception.IsInForce(exception.Expires.AddDays(1)));
    }

    [Fact]
    public void Without_namespaces_it_counts_everywhere() => Assert.Equal(
        AccessSet.ClusterWide(new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["secrets"], ResourceNames = ["db"] }),
        Assert.Single(Read(Good.Replace("namespaces: [shop, test]", "", StringComparison.Ordinal))).Access);

    [Fact]
    public void A_file_holds_several() => Assert.Equal(2, Read(Good + "\n---\n" + Good).Length);

    [Theory]
    [InlineData("reason: the audit", "", ":1: AccessException: reason: missing")]
    [InlineData("reason: the audit", "reason: 7", ":9: AccessException: reason: expected a string")]
    [InlineData("2027-01-31", "soon", ":10: AccessException: expires: expected the last day")]
    [InlineData("2027-01-31", "2027-02-30", ":10: AccessException: expires: expected the last day")]
    [InlineData("namespaces: [shop, test]", "namespaces: []", ":8: AccessException: namespaces: empty")]
    [InlineData("namespaces: [shop, test]", "namespace: shop", ":8: AccessException: namespace: unknown field")]
    [InlineData("verbs: [get], ", "", ":7: AccessException: rules[0].verbs: missing")]
    [InlineData("verbs: [get], ", "verbs: get, ", ":7: AccessException: rules[0].verbs: expected a list of strings")]
    [InlineData("apiGroups: [\"\"], ", "", ":7: AccessException: rules[0]: the rule agrees to nothing")]
    [InlineData("kind: User", "kind: Person", ":4: AccessException: subjects[0].kind: expected User, Group or ServiceAccount")]
    [InlineData(", namespace: build", "", ":5: AccessException: subjects[1].namespace: missing")]
    public void What_is_wrong_is_said_with_its_place(string part, string instead, string expected)
    {
        var error = Assert.Throws<PolicyFormatException>(() => Read(Good.Replace(part, instead, StringComparison.Ordinal)));

        Assert.Contains(error.Diagnostics, d => $":{d.Location.Line}: {d.Message}".StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_without_any_is_an_error() => Assert.Contains(
        "no exception in here", Assert.Throws<PolicyFormatException>(() => Read("kind: Other\napiVersion: v1\n")).Message, StringComparison.Ordinal);

    [Property(MaxTest = 3000)]
    public void Any_bytes_are_read_or_refused((NonNegativeInt Place, byte Value, bool IsSyntax)[] edits)
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        foreach (var (place, value, isSyntax) in edits.Take(4))
        {
            bytes[place.Get % bytes.Length] = isSyntax ? (byte)Syntax[value % Syntax.Length] : value;
        }

        File.WriteAllBytes(_path, bytes);
        try
        {
            Assert.All(AccessExceptionFile.Read(_path), e => Assert.NotEmpty(e.Reason));
        }
        catch (PolicyFormatException e)
        {
            Assert.NotEmpty(e.Diagnostics);
        }
    }

    private ImmutableArray<AccessException> Read(string text)
    {
        File.WriteAllText(_path, text);
        return AccessExceptionFile.Read(_path);
    }
}
