using System.Text;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Formats.Manifests;
using AuthzSim.Formats.Yaml;
using AuthzSim.Rbac;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Laws;

[Properties(Arbitrary = [typeof(OddObjects)], MaxTest = 300)]
public sealed class RoundTripLaws
{
    [Property]
    public void What_is_written_as_YAML_reads_back_the_same(RbacObject[] objects)
    {
        using var text = new StringWriter();
        ManifestWriter.WriteYaml(objects, text);
        Assert.Equal(objects, ReadYaml(text.ToString()));
    }

    [Fact]
    public void A_key_with_an_asterisk_after_a_blank_reads_back_the_same()
    {
        var labels = new Dictionary<string, string> { ["a *no"] = "b", ["c"] = "d" };
        What_is_written_as_YAML_reads_back_the_same(
        [
            new ClusterRole { Metadata = new ObjectMeta { Name = "x", Labels = ObjectMeta.NoEntries.AddRange(labels) } },
        ]);
    }

    [Property]
    public void What_is_written_as_JSON_reads_back_the_same(RbacObject[] objects)
    {
        using var stream = new MemoryStream();
        ManifestWriter.WriteJson(objects, stream);
        Assert.Equal(objects, Read((context, path) => new ManifestReader(
            new JsonWindow(new MemoryStream(stream.ToArray()), new TextLocator(path, 1, 1), null, 100), context).ReadAll()));
    }

    [Property]
    public void A_rule_to_paste_reads_back_the_same(RbacObject[] objects)
    {
        foreach (var rule in objects.OfType<RbacRole>().SelectMany(r => r.Rules))
        {
            using var text = new StringWriter();
            text.Write($"apiVersion: {Given.V1}\nkind: ClusterRole\nrules:\n");
            ManifestWriter.WriteRuleYaml(rule, text, indent: 4);
            Assert.Equal(rule, ((ClusterRole)Assert.Single(ReadYaml(text.ToString()))).Rules[0]);
        }
    }

    [Fact]
    public void The_generator_reaches_every_odd_text_and_every_kind()
    {
        var sample = OddObjects.Any.Sample(2000).ToList();
        Assert.Equal(4, sample.Select(o => o.Kind).Distinct(StringComparer.Ordinal).Count());
        var verbs = sample.OfType<RbacRole>().SelectMany(r => r.Rules).SelectMany(r => r.Verbs).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(OddObjects.OddTexts.Except(verbs, StringComparer.Ordinal));
        Assert.Contains(sample, o => o is ClusterRole { AggregationRule.ClusterRoleSelectors: [{ MatchExpressions: [_, ..] }, ..] });
    }

    [Fact]
    public void The_default_policy_survives_both_formats()
    {
        var policy = DefaultPolicy.Kubernetes136;
        using var text = new StringWriter();
        ManifestWriter.WriteYaml(policy.Objects, text);
        Assert.Equal(policy.Objects, ReadYaml(text.ToString()));
    }

    [Fact]
    public void YAML_looks_like_kubectls()
    {
        using var text = new StringWriter();
        ManifestWriter.WriteYaml(
            [
                new ClusterRole
                {
                    Metadata = new ObjectMeta { Name = "a", Labels = ObjectMeta.NoEntries.Add("x", "true") },
                    AggregationRule = new AggregationRule { ClusterRoleSelectors = [new LabelSelector { MatchLabels = ObjectMeta.NoEntries.Add("y", "1") }, new LabelSelector()] },
                    Rules = [new PolicyRule { Verbs = ["get", "*"], ApiGroups = [""], Resources = ["pods/log"] }, new PolicyRule { Verbs = ["get"], NonResourceUrls = ["/healthz/*"] }],
                },
                new RoleBinding { Metadata = new ObjectMeta { Name = "b", Namespace = "n" }, RoleRef = RoleRef.Role("r"), Subjects = [Subject.ServiceAccount("n", "s")] },
                new Role(),
            ],
            text);
        Assert.Equal(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              labels:
                x: "true"
              name: a
            aggregationRule:
              clusterRoleSelectors:
              - matchLabels:
                  "y": "1"
              - {}
            rules:
            - apiGroups:
              - ""
              resources:
              - pods/log
              verbs:
              - get
              - '*'
            - nonResourceURLs:
              - /healthz/*
              verbs:
              - get
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata:
              name: b
              namespace: "n"
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: Role
              name: r
            subjects:
            - kind: ServiceAccount
              name: s
              namespace: "n"
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {}
            rules: []

            """,
            text.ToString());
    }

    private static List<RbacObject> ReadYaml(string text) =>
        Read((context, path) => YamlDocuments.Read(path, Encoding.UTF8.GetBytes(text), context));

    private static List<RbacObject> Read(Action<ReadingContext, string> read)
    {
        var (diagnostics, collector) = (new DiagnosticBag(), new Collector());
        read(new ReadingContext(diagnostics, collector, new ReadingProgress(null, CancellationToken.None)), "x");
        Assert.Empty(diagnostics.Items);
        return collector.Objects;
    }

    /// <summary>Keeps objects as decoded: nothing defaulted, scoped or replaced.</summary>
    private sealed class Collector : IManifestSink
    {
        public List<RbacObject> Objects { get; } = [];

        public void Add(RbacObject @object, in DecodedItem item) => Objects.Add(@object);

        public void Add(PolicySet policy) => throw new InvalidOperationException("no snapshot was read");

        public void Add(Namespace @namespace) => throw new InvalidOperationException("none was written");

        public void Add(ServiceAccount account) => throw new InvalidOperationException("none was written");

        public void Add(CustomResourceDefinition definition) => throw new InvalidOperationException("none was written");

        public void PassOver(string kind) => throw new InvalidOperationException("none was written");

        public void Visited() => throw new InvalidOperationException("nobody visits");

        public void LeaveOut() => throw new InvalidOperationException("none was broken");
    }
}
