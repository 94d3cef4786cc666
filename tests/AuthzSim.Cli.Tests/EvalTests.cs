using System.IO.Compression;
using System.Text;
using System.Text.Json;
using AuthzSim.Authorization;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Tests;

public sealed class EvalTests
{
    private const string ListPods = """{"resourceAttributes":{"namespace":"default","verb":"list","resource":"pods"},"user":"myuser"}""";
    private const string DeletePods = """{"resourceAttributes":{"namespace":"default","verb":"delete","resource":"pods"},"user":"myuser"}""";
    private const string Yes = """{"allowed":true,"reason":"RBAC: allowed by ClusterRoleBinding \"read-pods-binding\" of ClusterRole \"read-pods\" to User \"myuser\""}""";
    private const string No = """{"allowed":false}""";

    [Fact]
    public void Answers_come_in_the_order_of_the_questions() =>
        Assert.Equal(new Outcome(0, $"{Yes}\n{No}\n{Yes}\n", ""), Eval($"{ListPods}\n{DeletePods}\n{ListPods}\n"));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n \t\r\n")]
    public void No_questions_have_no_answers(string input) => Assert.Equal(new Outcome(0, "", ""), Eval(input));

    [Fact]
    public void The_last_line_needs_no_end_and_lines_may_end_as_on_Windows() =>
        Assert.Equal(new Outcome(0, $"{No}\n{Yes}\n", ""), Eval($"\uFEFF{DeletePods}\r\n\r\n{ListPods}"));

    [Fact]
    public void A_whole_object_is_answered_with_the_whole_object_beside_bare_specs()
    {
        var outcome = Eval(
            """
            {"status":{"allowed":true},"spec":{"groups":[],"user":"myuser","uid":"1","extra":{"b":["x"],"A":[]},"resourceAttributes":{"verb":"get","resource":"pods","group":"","namespace":"n","labelSelector":{"requirements":[],"rawSelector":"a b"}}},"metadata":{"namespace":"gone","uid":"u"},"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview"}
            {"kind":"LocalSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"namespace":"n"},"spec":{"resourceAttributes":{"namespace":"n","verb":"create","resource":"pods"},"groups":["g"]}}
            {"resourceAttributes":{"verb":"delete","resource":"pods"},"groups":["system:masters"]}

            """);
        Assert.Equal(
            $$$"""
            {"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{},"spec":{"resourceAttributes":{"namespace":"n","verb":"get","resource":"pods","labelSelector":{"rawSelector":"a b"}},"user":"myuser","extra":{"A":[],"b":["x"]},"uid":"1"},"status":{{{Yes[..^1]}}},"evaluationError":"spec.resourceAttributes.labelSelector ignored due to parse error"}}
            {"kind":"LocalSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"namespace":"n"},"spec":{"resourceAttributes":{"namespace":"n","verb":"create","resource":"pods"},"groups":["g"]},"status":{"allowed":false}}
            {"allowed":true}

            """,
            outcome.Stdout);
        Assert.Equal((0, ""), (outcome.Exit, outcome.Stderr));
    }

    [Theory]
    [InlineData("nope", 0, "column 2: a bare word")]
    [InlineData("[]", 0, "one JSON object")]
    [InlineData("{\"user\":\"a\"} {}", 0, "column 14: ")]
    [InlineData("{\"spec\":", 0, "each object must be on one line")]
    [InlineData("{\"user\":[1]}", 0, "column 9: user: a list where a text is needed")]
    [InlineData("{\"user\":\"a\"}", 422, "exactly one of nonResourceAttributes or resourceAttributes must be specified")]
    [InlineData("{\"nonResourceAttributes\":{}}", 422, "spec.user: Invalid value: \"\": at least one of user or group must be specified")]
    [InlineData("{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}", 0, "Pod of v1 is no review")]
    [InlineData("{\"kind\":\"SubjectAccessReview\",\"apiVersion\":\"authorization.k8s.io/v1beta1\",\"spec\":{}}", 0, "is no review")]
    [InlineData("{\"kind\":\"SelfSubjectAccessReview\",\"spec\":{}}", 0, "whoever sends it")]
    [InlineData("{\"kind\":\"LocalSubjectAccessReview\",\"spec\":{\"user\":\"a\",\"resourceAttributes\":{}}}", 400, "namespace is required on this type: ")]
    [InlineData("{\"metadata\":{\"name\":\"x\"},\"spec\":{\"user\":\"a\",\"resourceAttributes\":{}}}", 422, "metadata: Invalid value: {\"name\":\"x\"}: must be empty")]
    public void A_bad_line_is_answered_in_its_place_and_stops_no_other(string line, int code, string text)
    {
        var outcome = Eval($"{ListPods}\n\n{line}\n{DeletePods}\n");
        var answers = outcome.Stdout.Split('\n');
        Assert.Equal((2, Yes, No), (outcome.Exit, answers[0], answers[2]));
        using var answer = JsonDocument.Parse(answers[1]);
        var error = answer.RootElement.GetProperty("error").GetString()!;
        Assert.Contains(text, error, StringComparison.Ordinal);
        Assert.Equal(3, answer.RootElement.GetProperty("line").GetInt32());
        Assert.Equal(code > 0, answer.RootElement.TryGetProperty("code", out var given) && given.GetInt32() == code);
        Assert.Equal($"error: 1 line of 3 could not be answered; line 3: {error}\n", outcome.Stderr);
    }

    [Fact]
    public void Fields_the_server_would_ignore_are_told_once() => Assert.Equal(
        new Outcome(0, $"{Yes}\n{Yes}\n", "Warning: line 1: unknown field \"usr\"\nWarning: line 2: duplicate field \"user\"\n"),
        Eval($"{{\"usr\":1,{ListPods[1..]}\n{{\"usr\":2,\"user\":\"x\",{ListPods[1..]}\n"));

    [Fact]
    public void A_line_may_be_as_long_as_the_servers_limit_and_no_longer()
    {
        const int Limit = 3 << 20;
        var frame = DeletePods.Replace("\"myuser\"", "\"\"", StringComparison.Ordinal).Length;
        var longest = DeletePods.Replace("myuser", new string('u', Limit - frame), StringComparison.Ordinal);
        var outcome = Eval($"{ListPods}\n{longest}\n{longest} \n{DeletePods}\n{longest}    ");
        Assert.Equal(
            (2, $"{Yes}\n{No}\n{TooLarge(3)}\n{No}\n{TooLarge(5)}\n"),
            (outcome.Exit, outcome.Stdout));

        static string TooLarge(int line) => $"{{\"error\":\"Request entity too large: limit is {Limit}\",\"code\":413,\"line\":{line}}}";
    }

    [Fact]
    public void A_file_may_be_zipped()
    {
        using var folder = new TemporaryFolder();
        var plain = folder.Write("r.jsonl", Encoding.UTF8.GetBytes(ListPods + "\n"));
        var zipped = folder.Write("r.jsonl.gz", Zip(File.ReadAllBytes(plain)));
        var cut = folder.Write("cut.gz", File.ReadAllBytes(zipped)[..30]);
        var noZip = folder.Write("no.gz", File.ReadAllBytes(plain));
        Assert.Equal(new Outcome(0, Yes + "\n", ""), CommandLine.Run("eval", plain, "-f", CommandLine.ReadPods));
        Assert.Equal(new Outcome(0, Yes + "\n", ""), CommandLine.Run("eval", zipped, "-f", CommandLine.ReadPods));
        Assert.Equal(2, CommandLine.Run("eval", cut, "-f", CommandLine.ReadPods).Exit);
        Assert.Equal(2, CommandLine.Run("eval", noZip, "-f", CommandLine.ReadPods).Exit);
        Assert.Equal(2, CommandLine.Run("eval", folder["none"], "-f", CommandLine.ReadPods).Exit);
    }

    [Fact]
    public void Standard_input_is_read_once() => Assert.Equal(
        new Outcome(2, "", "error: standard input can be the policy or the requests, not both\n"), CommandLine.Run("eval", "-", "-f", "-"));

    [Fact]
    public void Requests_must_be_named() => Assert.Equal(
        new Outcome(2, "", "error: no requests given: name a file of JSON Lines, or read standard input with '-'\n"),
        CommandLine.Run("eval", "-f", CommandLine.ReadPods));

    [Fact]
    public void A_hundred_thousand_lines_have_the_answers_of_the_reference()
    {
        var fleet = new FleetGenerator(new FleetOptions { Bindings = 500, Seed = 7 });
        var policy = fleet.ToPolicySet();
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder["policy.json"]))
        {
            Formats.ManifestWriter.WriteJson(policy.Objects, stream);
        }

        List<RequestAttributes> requests = [.. fleet.Requests(5_000)];
        var once = string.Concat(requests.Select(r => Spec(r) + "\n"));
        File.WriteAllText(folder["requests.jsonl"], string.Concat(Enumerable.Repeat(once, 20)));
        string[] args = ["eval", folder["requests.jsonl"], "-f", folder["policy.json"], "--no-default-policy"];
        var reference = new RbacAuthorizer(policy);
        List<AuthorizationResult> results = [.. requests.Select(r => reference.Authorize(r))];
        Assert.InRange(results.Count(r => r.IsAllowed), 1_000, 4_000);

        var withReasons = CommandLine.Run(args);
        var answers = withReasons.Stdout.Split('\n');
        Assert.Equal((0, "", 100_001), (withReasons.Exit, withReasons.Stderr, answers.Length));
        for (var i = 0; i < answers.Length - 1; i++)
        {
            var result = results[i % results.Count];
            var reason = result.Reason.Length == 0 ? "" : $",\"reason\":{JsonSerializer.Serialize(result.Reason, _relaxed)}";
            Assert.Equal($"{{\"allowed\":{(result.IsAllowed ? "true" : "false")}{reason}}}", answers[i]);
        }

        var bare = CommandLine.Run([.. args, "--no-reason"]);
        Assert.Equal(string.Concat(Enumerable.Repeat(string.Concat(results.Select(r => r.IsAllowed ? "{\"allowed\":true}\n" : "{\"allowed\":false}\n")), 20)), bare.Stdout);
    }

    private static readonly JsonSerializerOptions _relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Spec(RequestAttributes r)
    {
        object? resource = r.IsResourceRequest
            ? new { @namespace = r.Namespace, verb = r.Verb, group = r.ApiGroup, resource = r.Resource, subresource = r.Subresource, name = r.Name }
            : null;
        object? url = r.IsResourceRequest ? null : new { path = r.Path, verb = r.Verb };
        return JsonSerializer.Serialize(new { resourceAttributes = resource, nonResourceAttributes = url, user = r.User.Name, groups = r.User.Groups });
    }

    private static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return zipped.ToArray();
    }

    private static Outcome Eval(string input) =>
        CommandLine.Run(new Surroundings(input), "eval", "-", "-f", CommandLine.ReadPods, "--no-default-policy");
}
