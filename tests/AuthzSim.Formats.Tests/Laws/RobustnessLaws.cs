using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Laws;

/// <summary>Whatever the input, a load ends with a policy and places for its problems, and throws nothing unforeseen.</summary>
public sealed class RobustnessLaws
{
    private static readonly byte[] _json = File.ReadAllBytes(Given.Fixture("bootstrap-policy.json"))[..6000];
    private static readonly byte[] _yaml = Encoding.UTF8.GetBytes(Yaml());
    private static readonly byte[] _jsonBytes = "{}[],:\"\\ \n0tfn-\u00e9"u8.ToArray();
    private static readonly byte[] _yamlBytes = "{}[],:\"'\\ \t\n0-?*&!|>%@`#<~\u00e9"u8.ToArray();

    /// <summary>A change: where, how many bytes go, what comes instead.</summary>
    private sealed record Edit(int At, int Removed, byte[] Put);

    [Property(MaxTest = 1000)]
    public Property Mutated_JSON_is_read_or_refused() =>
        Prop.ForAll(Arb.From(Edits(_json.Length, _jsonBytes)), edits => IsRead(Apply(_json, edits)));

    [Property(MaxTest = 1000)]
    public Property Mutated_YAML_is_read_or_refused() =>
        Prop.ForAll(Arb.From(Edits(_yaml.Length, _yamlBytes)), edits => IsRead(Apply(_yaml, edits)));

    [Property(MaxTest = 500)]
    public Property YAML_whose_lines_were_dropped_doubled_or_indented_is_read_or_refused() =>
        Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Choose(0, 30))), changes => IsRead(Shuffle(changes)));

    [Property(MaxTest = 1000)]
    public Property Random_bytes_are_read_or_refused() =>
        Prop.ForAll(
            Arb.From(Gen.OneOf(
                Gen.ArrayOf(Gen.Elements(_yamlBytes)),
                Gen.ArrayOf(Gen.Elements(_jsonBytes)).Select(b => (byte[])[(byte)'{', .. b]),
                Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)))),
            IsRead);

    private static bool IsRead(byte[] input)
    {
        var result = Given.Load(input);
        var cut = Given.Load(input, windowSize: 64);
        Assert.Equal(result.Policy.Objects, cut.Policy.Objects);
        Assert.Equal(result.Diagnostics.AsEnumerable(), cut.Diagnostics);
        var batched = Given.Load(input, batchSize: 500);
        Assert.Equal(result.Policy.Objects, batched.Policy.Objects);
        Assert.Equal(result.Diagnostics.AsEnumerable(), batched.Diagnostics);
        return result.Diagnostics.All(d => d.Code == DiagnosticCodes.NothingFound || (d.Location.Line > 0 && d.Location.Column > 0));
    }

    private static Gen<Edit[]> Edits(int length, byte[] alphabet) => Gen.Choose(1, 4).SelectMany(n => Gen.ArrayOf(
        from at in Gen.Choose(0, length - 1)
        from removed in Gen.Frequency((4, Gen.Choose(0, 2)), (1, Gen.Choose(0, 200)))
        from put in Gen.Choose(0, 3).SelectMany(k => Gen.ArrayOf(Gen.Elements(alphabet), k))
        select new Edit(at, removed, put), n));

    private static byte[] Apply(byte[] input, Edit[] edits)
    {
        foreach (var (at, removed, put) in edits)
        {
            var start = Math.Min(at, input.Length);
            input = [.. input[..start], .. put, .. input[Math.Min(start + removed, input.Length)..]];
        }

        return input;
    }

    private static byte[] Shuffle(int[] changes)
    {
        var lines = Encoding.UTF8.GetString(_yaml).Split('\n').ToList();
        for (var i = 0; i < changes.Length; i++)
        {
            var at = (changes[i] * 7 + i * 13) % lines.Count;
            switch (changes[i] % 4)
            {
                case 0: lines.RemoveAt(at); break;
                case 1: lines.Insert(at, lines[at]); break;
                case 2: lines[at] = "  " + lines[at]; break;
                default: lines[at] = lines[at].TrimStart(); break;
            }
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private static string Yaml()
    {
        using var text = new StringWriter();
        ManifestWriter.WriteYaml([.. DefaultPolicy.Kubernetes136.Objects.Where((_, i) => i % 25 == 0)], text);
        return """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: &m {name: a, namespace: "n", labels: {x: 'y'}}
            rules:
            - &r {verbs: &v [get], resources: [pods]}
            - {<<: *r, apiGroups: ['']}
            - verbs: *v
              nonResourceURLs: [ "\x41" ]
            ---

            """ + text.ToString()[..3000];
    }
}
