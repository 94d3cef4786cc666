using System.Text;
using AuthzSim.Audit;
using AuthzSim.Formats.Audit;

namespace AuthzSim.Formats.Tests.Audit;

public sealed class AuditLogReaderTests
{
    private const string Full =
        """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"2132f102-5f07-41f7-bad8-a85d671763dc","stage":"ResponseComplete","requestURI":"/apis/apps/v1/namespaces/kube-system/deployments/web/scale?limit=3\u0026a=b","verb":"get","user":{"username":"admin","uid":"u","groups":["system:masters"]},"impersonatedUser":{"username":"olga","groups":["ops"],"extra":{"k":["v","w"]}},"sourceIPs":["127.0.0.1"],"objectRef":{"resource":"deployments"},"responseStatus":{"metadata":{},"code":403},"requestReceivedTimestamp":"2026-11-24T10:17:01.590321Z","stageTimestamp":"2026-11-24T10:17:01.591245Z","annotations":{"authorization.k8s.io/decision":"forbid","authorization.k8s.io/reason":"no \"r\""}}""";

    [Fact]
    public void An_event_has_all_that_it_says()
    {
        var read = Assert.Single(AuditText.Read(Full));
        var request = read.ToAttributes();
        Assert.Equal(("2132f102-5f07-41f7-bad8-a85d671763dc", AuditStage.ResponseComplete, 403), (read.AuditId, read.Stage, read.ResponseCode));
        Assert.Equal("/apis/apps/v1/namespaces/kube-system/deployments/web/scale?limit=3&a=b", read.RequestUri);
        Assert.Equal(("admin", "u", "olga"), (read.User.Name, read.User.Uid, read.EffectiveUser.Name));
        Assert.Equal(["v", "w"], read.ImpersonatedUser!.Extra["k"]);
        Assert.Equal(
            ("olga", "get", "apps", "deployments", "scale", "kube-system", "web"),
            (request.User.Name, request.Verb, request.ApiGroup, request.Resource, request.Subresource, request.Namespace, request.Name));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 10, 17, 1, TimeSpan.Zero).AddMicroseconds(590_321), read.Time);
        Assert.Equal((AuditDecision.Forbid, "no \"r\"", "-:1:1"), (read.Decision, read.Reason, read.Location.ToString()));
    }

    [Theory]
    [InlineData("create", "/api/v1/namespaces/n/pods", "", "")]
    [InlineData("list", "/api/v1/pods?fieldSelector=metadata.name%3Dp", "p", "")]
    [InlineData("watch", "/api/v1/pods?watch=1&field%53elector=metadata.name%3Dp", "p", "")]
    [InlineData("list", "/api/v1/pods?fieldSelector=metadata.name%3Dp\\u0026limit=x", "", "")]
    [InlineData("update", "/api/v1/nodes/n1/status", "n1", "status")]
    [InlineData("create", "/api/v1/namespaces/n/pods/p/exec?command=sh", "p", "exec")]
    [InlineData("deletecollection", "/api/v1/namespaces/n/pods", "", "")]
    [InlineData("proxy", "/api/v1/proxy/nodes/n1/x", "n1", "")]
    [InlineData("", "/api/v1/nodes/n1", "n1", "")]
    public void The_name_is_the_one_in_the_url(string verb, string uri, string name, string subresource)
    {
        var request = Assert.Single(AuditText.Read(With(verb, $"\"{uri}\""))).ToAttributes();
        Assert.Equal((verb, name, subresource, true), (request.Verb, request.Name, request.Subresource, request.IsResourceRequest));
    }

    [Theory]
    [InlineData("get", "/healthz")]
    [InlineData("post", "/api/v1")]
    [InlineData("put", "/apis")]
    [InlineData("head", "/openapi/v2?timeout=3s")]
    [InlineData("options", "/version")]
    public void Other_urls_are_paths(string verb, string uri)
    {
        var request = Assert.Single(AuditText.Read(With(verb, $"\"{uri}\""))).ToAttributes();
        Assert.Equal((verb, uri.Split('?')[0], false), (request.Verb, request.Path, request.IsResourceRequest));
    }

    [Fact]
    public void Without_a_url_the_object_says_what_was_asked_but_for_the_name_that_a_create_has_from_its_body()
    {
        const string Object = "null,\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"n\",\"name\":\"p\",\"apiVersion\":\"v1\"}";
        Assert.Equal("p", Assert.Single(AuditText.Read(With("get", Object))).ToAttributes().Name);
        Assert.Equal("", Assert.Single(AuditText.Read(With("create", Object))).ToAttributes().Name);
        Assert.Equal("p", Assert.Single(AuditText.Read(With("create", "\"%zz\",\"objectRef\":{\"resource\":\"pods\",\"name\":\"p\",\"subresource\":\"exec\"}"))).ToAttributes().Name);
    }

    [Fact]
    public void Users_texts_and_actions_are_shared_between_events()
    {
        var events = AuditText.Read($"{Full}\n{Full}\n{Full}\n")[1..];
        Assert.Same(events[0].User, events[1].User);
        Assert.Same(events[0].ImpersonatedUser, events[1].ImpersonatedUser);
        Assert.Same(events[0].Action, events[1].Action);
        Assert.Same(events[0].Reason, events[1].Reason);
        Assert.Equal("-:3:1", events[1].Location.ToString());
    }

    public static TheoryData<string> Layouts =>
    [
        $"{Full}\n{AuditText.Minimal}",
        $"\uFEFF\r\n{Full}\r\n\r\n{AuditText.Minimal}\r\n",
        $"[{Full},\n{AuditText.Minimal}]",
        $"{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{{}},\"items\":[{Full},{AuditText.Minimal}]}}",
        $"{{\"apiVersion\":\"v1\",\"items\":[{Full},{AuditText.Minimal}],\"kind\":\"List\",\"metadata\":{{\"resourceVersion\":\"\"}}}}",
        $"{{\n  \"apiVersion\": \"audit.k8s.io/v1\",\n  \"items\": [\n{Untyped(Full)},\n{Untyped(AuditText.Minimal)}\n],\n  \"kind\": \"EventList\"\n}}\n",
        $"{Full.Replace(",\"", ",\n  \"", StringComparison.Ordinal)}\n{AuditText.Minimal.Replace("{\"", "{\n\"", StringComparison.Ordinal)}",
        $"{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[{Untyped(Full)}]}}\n{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[{Untyped(AuditText.Minimal)}]}}\n",
    ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Layout_plays_no_part(string text)
    {
        string[] ids = ["2132f102-5f07-41f7-bad8-a85d671763dc", "a"];
        Assert.Equal(ids, AuditText.Read(text).Select(e => e.AuditId));
        Assert.Equal(ids, AuditText.Reader(AuditText.Zip(Encoding.UTF8.GetBytes(text))).Read().Select(e => e.AuditId));
        Assert.Equal(ids, AuditText.Reader([.. AuditText.Zip(Encoding.UTF8.GetBytes(text)), .. AuditText.Zip("\n"u8.ToArray())]).Read().Select(e => e.AuditId));
    }

    [Theory]
    [InlineData("{\"kind\":\"Event\"", "-:2:16: ")]
    [InlineData("nope", "-:2:2: a bare word")]
    [InlineData("[1]", "-:2:1: an audit event is needed: one JSON object a line")]
    [InlineData("{} {}", "-:2:")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"v1\"}", "-:2:1: `kind: Event` of `v1` is no audit event")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1beta1\"}", "`audit.k8s.io/v1beta1` is not read: let the server write `audit.k8s.io/v1`")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"stage\":\"Panic\"}", "this has no `auditID`")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a\",\"stage\":\"Late\"}", "-:2:70: stage: this text stands where RequestReceived, ")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a\",\"stage\":\"Panic\",\"user\":\"eve\"}", "user: this text stands where an object is needed")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a\",\"stage\":\"Panic\",\"user\":{\"groups\":[1]}}", "user.groups: a number stands where a text is needed")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a\",\"stage\":\"Panic\",\"responseStatus\":{\"code\":\"403\"}}", "responseStatus.code: this text stands where a number is needed")]
    [InlineData("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a\",\"stage\":\"Panic\"}", "neither `requestURI` nor `objectRef.resource` is here")]
    [InlineData("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[]}", "`kind: PodList` of `v1` is no audit event")]
    public void A_line_that_is_no_event_stops_the_reading_or_is_left_out(string line, string problem)
    {
        var text = $"{AuditText.Minimal}\n{line}\n{AuditText.Minimal}\n";
        var error = AuditText.Error(text);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.EndsWith("; --skip-invalid goes on without such events", error, StringComparison.Ordinal);

        var reader = AuditText.Reader(Encoding.UTF8.GetBytes(text), skipInvalid: true);
        Assert.Equal(2, reader.Read().Count());
        Assert.Equal(1, reader.Skipped);
        Assert.Contains(problem, Assert.Single(reader.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_that_is_no_event_is_left_out_alone_and_after_no_json_nothing_can_be_read()
    {
        var list = $"{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\n\"items\":[{AuditText.Minimal},\n{{\"auditID\":1}},\n[],{AuditText.Minimal}]}}";
        var reader = AuditText.Reader(Encoding.UTF8.GetBytes(list), skipInvalid: true);
        Assert.Equal(2, reader.Read().Count());
        Assert.Equal(["-:3:12: auditID: a number stands where text is needed", "-:4:1: an audit event or a list of them is needed: one JSON object"], reader.Problems.Select(p => p.ToString()));

        var broken = AuditText.Reader(Encoding.UTF8.GetBytes(list.Replace("\"auditID\":1}", "\"auditID\":}", StringComparison.Ordinal)), skipInvalid: true);
        Assert.Single(broken.Read());
        Assert.EndsWith("; what follows cannot be read", Assert.Single(broken.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_is_said()
    {
        var zipped = AuditText.Zip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(AuditText.Minimal + "\n", 1000))));
        var reader = AuditText.Reader(zipped[..^100], skipInvalid: true);
        Assert.True(reader.Read().Count() < 1000);
        Assert.Contains("damaged or cut off", Assert.Single(reader.Problems).Message, StringComparison.Ordinal);
        Assert.Throws<PolicyFormatException>(() => AuditText.Reader(zipped[..^100]).Read().Count());
    }

    [Fact]
    public void An_event_may_be_megabytes_long_in_any_layout()
    {
        var large = AuditText.Minimal.Replace("\"level\"", $"\"requestObject\":{{\"a\":[\"{new string('x', 5_000_000)}\"]}},\"level\"", StringComparison.Ordinal);
        Assert.Equal(3, AuditText.Read($"{AuditText.Minimal}\n{large}\n{AuditText.Minimal}").Count);
        Assert.Equal(3, AuditText.Read($"[{AuditText.Minimal}\n,{large}\n,{AuditText.Minimal}]").Count);
    }

    [Fact]
    public void Rotated_files_are_read_from_the_oldest_on()
    {
        string[] names =
        [
            "a/audit-2026-01-01T10-00-00.000.log.gz", "a/audit-2026-01-02T10-00-00.000.log", "a/audit.log",
            "b/audit.log.10", "b/audit.log.9.gz", "b/audit.log.1", "b/audit.log", "c/audit.log-20260101", "c/audit.log-20260102.gz", "c/audit.log",
        ];
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            foreach (var name in names.Append("a/notes.txt"))
            {
                var path = Path.Combine(folder.FullName, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, name.EndsWith(".txt", StringComparison.Ordinal) ? "x"u8.ToArray()
                    : name.EndsWith(".gz", StringComparison.Ordinal) ? AuditText.Zip(Encoding.UTF8.GetBytes(AuditText.Minimal)) : Encoding.UTF8.GetBytes(AuditText.Minimal));
            }

            var reader = new AuditLogReader([folder.FullName, Path.Combine(folder.FullName, "a", "audit.log")], new AuditLogOptions());
            Assert.Equal(names, reader.Files.Select(f => Path.GetRelativePath(folder.FullName, f)));
            Assert.Equal(names.Length, reader.Read().Count());
            Assert.Equal(reader.TotalBytes, reader.BytesRead);
            Assert.Equal(3, new AuditLogReader([Path.Combine(folder.FullName, "a", "audit*")], new AuditLogOptions()).Files.Length);
            Assert.Throws<PolicyFormatException>(() => new AuditLogReader([Path.Combine(folder.FullName, "none")], new AuditLogOptions()));
            Assert.Throws<PolicyFormatException>(() => new AuditLogReader([Path.Combine(folder.FullName, "none*")], new AuditLogOptions()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string With(string verb, string uri) =>
        AuditText.Minimal.Replace("\"list\"", $"\"{verb}\"", StringComparison.Ordinal).Replace("\"/api/v1/pods\"", uri, StringComparison.Ordinal);

    private static string Untyped(string text) => text.Replace("\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",", "", StringComparison.Ordinal);
}
