using System.Text;
using System.Text.Json;
using AuthzSim.Compiled;
using AuthzSim.Formats.Reviews;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Reviews;

/// <summary>Whatever the lines, each that is not blank has one answer, wherever reads cut the input.</summary>
public sealed class AccessReviewLinesLaws
{
    private const string Lines =
        """
        {"resourceAttributes":{"namespace":"kube-system","verb":"get","resource":"secrets","name":"é"},"user":"a\u00e9","groups":["system:nodes"]}
        {"nonResourceAttributes":{"path":"/healthz","verb":"get"},"groups":["system:authenticated",null],"extra":{"k":["v"]},"uid":"1"}

        {"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"labels":null},"spec":{"user":"u","resourceAttributes":{"fieldSelector":{"rawSelector":"a=b"},"labelSelector":{"requirements":[{"key":"k","operator":"In","values":["v"]}]}}}}
        {"kind":"LocalSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"namespace":"n"},"spec":{"groups":["system:masters"],"resourceAttributes":{"namespace":"n"}}}
        """;

    private static readonly byte[] _lines = Encoding.UTF8.GetBytes(Lines);
    private static readonly byte[] _alphabet = "{}[],:\"\\ \n\r0tfnu-\u00e9\ud83d\ude00"u8.ToArray();
    private static readonly CompiledPolicy _policy = CompiledPolicy.Compile(DefaultPolicy.Kubernetes136);

    private static readonly Rnd _seed = new(20260729UL, 1UL);

    private sealed record Edit(int At, int Removed, byte[] Put);

    [Property(MaxTest = 2000)]
    public Property Mutated_lines_are_answered_or_refused_one_by_one() => Prop.ForAll(
        Arb.From(from edits in Edits() from pieces in Gen.Choose(1, 40) select (edits, pieces)),
        p => IsAnswered(Apply(p.edits), p.pieces));

    [Property(MaxTest = 1000)]
    public Property Random_bytes_are_answered_or_refused_one_by_one() => Prop.ForAll(
        Arb.From(
            from bytes in Gen.ArrayOf(Gen.OneOf(Gen.Elements(_alphabet), Gen.Choose(0, 255).Select(i => (byte)i)))
            from pieces in Gen.Choose(1, 9)
            select (bytes, pieces)),
        p => IsAnswered(p.bytes, p.pieces));

    [Fact]
    public void Both_answers_and_refusals_come_up()
    {
        var tallies = Edits().Sample(300, _seed, 50).Select(e => Answer(Apply(e), int.MaxValue).Tally).ToList();
        Assert.InRange(tallies.Count(t => t.Failed > 0), 100, 299);
        Assert.InRange(tallies.Count(t => t.Failed < t.Lines), 200, 300);
    }

    private static bool IsAnswered(byte[] input, int pieces)
    {
        var (output, tally) = Answer(input, int.MaxValue);
        Assert.Equal(output, Answer(input, pieces).Output);
        var answers = output.Split('\n')[..^1];
        Assert.Equal(tally.Lines, answers.Length);
        Assert.Equal(tally.Failed, answers.Count(a => Parse(a).TryGetProperty("error", out _)));
        return answers.Length == Questions(input);
    }

    private static (string Output, AccessReviewTally Tally) Answer(byte[] input, int pieces)
    {
        using var output = new MemoryStream();
        using var source = new PiecewiseStream(input, pieces);
        var tally = new AccessReviewLines(_policy).Answer(source, output);
        return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output.ToArray()), tally);
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    /// <summary>Lines that are not blank, counted in the plainest way.</summary>
    private static int Questions(byte[] input)
    {
        ReadOnlySpan<byte> rest = input;
        rest = rest.StartsWith(Encoding.UTF8.Preamble) ? rest[3..] : rest;
        var count = 0;
        foreach (var line in rest.Split((byte)'\n'))
        {
            count += rest[line].ContainsAnyExcept(" \t\r"u8) ? 1 : 0;
        }

        return count;
    }

    private static Gen<Edit[]> Edits() => Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(
        from at in Gen.Choose(0, _lines.Length - 1)
        from removed in Gen.Frequency((4, Gen.Choose(0, 2)), (1, Gen.Choose(0, 100)))
        from put in Gen.Choose(0, 3).SelectMany(k => Gen.ArrayOf(Gen.Elements(_alphabet), k))
        select new Edit(at, removed, put), n));

    private static byte[] Apply(Edit[] edits)
    {
        var input = _lines;
        foreach (var (at, removed, put) in edits)
        {
            var start = Math.Min(at, input.Length);
            input = [.. input[..start], .. put, .. input[Math.Min(start + removed, input.Length)..]];
        }

        return input;
    }

    /// <summary>Hands out a few bytes at a time, as a pipe may.</summary>
    private sealed class PiecewiseStream(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, most)]);
    }
}
