using System.Text;
using AuthzSim.Discovery;
using AuthzSim.Formats.Discovery;
using AuthzSim.Formats.PolicyTests;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.PolicyTests;

/// <summary>Whatever the bytes, reading tests ends with tests or with its own refusal.</summary>
public sealed class PolicyTestRobustnessLaws
{
    private static readonly RestMapper _mapper = new(DiscoveryReader.Kubernetes136);
    private static readonly byte[] _alphabet = "{}[],:\"'\\ \t\n0-?*&!|>%@`#<~/.é"u8.ToArray();
    private static readonly byte[] _text = """
        apiVersion: authzsim.io/v1
        kind: PolicyTest
        metadata: {name: shop}
        members: {ann: [devs]}
        allow: &a
        - {name: x, users: [ann], serviceAccounts: [shop/b], verbs: ["*"], resources: [pods/log, "*.apps"], namespaces: [shop], resourceNames: [a]}
        deny: *a
        only:
        - {groups: [g], verbs: [get], nonResourceURLs: [/a/*], except: {users: ["x*"], serviceAccounts: [a/*]}, includeDefaultPolicy: true}
        never:
        - {verbs: [get], resources: [secrets]}
        changes:
        - name: c
          apply:
          - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: [{verbs: [get], resources: [pods], apiGroups: [""]}]}
          delete: [role/a/b]
          gains: [{users: [u], verbs: [get], resources: [pods], namespaces: ["*"]}]
          losses: []
        """u8.ToArray();

    [Property(MaxTest = 1000)]
    public Property Mutated_tests_are_read_or_refused() => Prop.ForAll(
        Arb.From(Gen.Choose(1, 4).SelectMany(n => Gen.ArrayOf(
            from at in Gen.Choose(0, _text.Length - 1)
            from removed in Gen.Frequency((4, Gen.Choose(0, 2)), (1, Gen.Choose(0, 200)))
            from put in Gen.Choose(0, 3).SelectMany(k => Gen.ArrayOf(Gen.Elements(_alphabet), k))
            select (at, removed, put), n))),
        edits => IsRead(edits.Aggregate(_text, (text, e) =>
        {
            var start = Math.Min(e.at, text.Length);
            return [.. text[..start], .. e.put, .. text[Math.Min(start + e.removed, text.Length)..]];
        })));

    [Property(MaxTest = 500)]
    public Property Random_bytes_are_read_or_refused() => Prop.ForAll(
        Arb.From(Gen.ArrayOf(Gen.OneOf(Gen.Elements(_alphabet), Gen.Choose(0, 255).Select(i => (byte)i)))),
        bytes => IsRead([.. "apiVersion: authzsim.io/v1\nkind: PolicyTest\n"u8, .. bytes]));

    [Fact]
    public void The_text_that_is_mutated_is_read() => Assert.Equal(5, PolicyTestReaderTests.Read(Encoding.UTF8.GetString(_text)).Tests[0].Assertions.Length);

    private static bool IsRead(byte[] bytes)
    {
        try
        {
            PolicyTestReader.Read(["-"], new PolicyTestLoadOptions { Mapper = _mapper, StandardInput = new MemoryStream(bytes) });
            return true;
        }
        catch (PolicyFormatException e)
        {
            return !e.Diagnostics.IsEmpty;
        }
    }
}
