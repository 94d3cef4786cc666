using AuthzSim.Audit;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Audit;

/// <summary>A line of its own, which is read quickly, says what the same event says in a list, which is read field by field.</summary>
public sealed class EventLaws
{
    private static readonly string[] _kind = ["\"kind\":\"Event\"", "\"apiVersion\":\"audit.k8s.io/v1\""];

    // In the servers' order.
    private static readonly string[][] _fields =
    [
        ["\"level\":\"Metadata\"", "\"level\":null", "\"level\":{\"a\":[1,{}]}"],
        ["\"auditID\":\"a\"", "\"auditID\":\"6f1f0e9c-7a39-4d5e-9b1f-0123456789ab\"", "\"auditID\":\"6F1F0E9C-7A39-4D5E-9B1F-0123456789AB\"", "\"auditID\":null"],
        ["\"stage\":\"ResponseComplete\"", "\"stage\":\"ResponseStarted\"", "\"stage\":\"Panic\"", "\"stage\":7"],
        [
            "\"requestURI\":\"/api/v1/pods\"", "\"requestURI\":\"/api/v1/pods?limit=5\\u0026watch=true\"", "\"requestURI\":\"/a\\u00e9\\n?é\"",
            "\"requestURI\":\"/x\\ud83d\\ude00\"", "\"requestURI\":\"/x\\ud83d\"", "\"requestURI\":\"\"", "\"requestURI\":null", "\"requestURI\":[]",
        ],
        ["\"verb\":\"get\"", "\"verb\":\"list\"", "\"verb\":\"w\\u0061tch\"", "\"verb\":null", "\"verb\":true"],
        [
            "\"user\":{\"username\":\"eve\",\"groups\":[\"g\"]}", "\"user\":{\"username\":\"eve\",\"extra\":{\"k\":[\"v\"]}}", "\"user\":{}", "\"user\":null",
            "\"user\":\"eve\"",
        ],
        ["\"impersonatedUser\":{\"username\":\"adam\"}", "\"impersonatedUser\":null"],
        ["\"sourceIPs\":[\"192.0.2.1\",\"::1\"]", "\"sourceIPs\":[]", "\"sourceIPs\":[1.5e3]"],
        ["\"userAgent\":\"kubectl\\/1\"", "\"userAgent\":\"\""],
        ["\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"n\",\"name\":\"p\"}", "\"objectRef\":{}", "\"objectRef\":null"],
        ["\"responseStatus\":{\"metadata\":{},\"code\":200}", "\"responseStatus\":{\"code\":403}", "\"responseStatus\":{\"code\":1e2}", "\"responseStatus\":null"],
        ["\"requestReceivedTimestamp\":\"2026-01-31T10:17:01.590321Z\"", "\"requestReceivedTimestamp\":null", "\"requestReceivedTimestamp\":\"x\""],
        ["\"stageTimestamp\":\"2026-02-28T23:59:59.999999Z\"", "\"stageTimestamp\":\"2026-02-28T23:59:59+01:00\"", "\"stageTimestamp\":\"y\""],
        [
            "\"annotations\":{\"authorization.k8s.io/decision\":\"allow\",\"authorization.k8s.io/reason\":\"RBAC: \\u003cx\\u003e\"}",
            "\"annotations\":{\"a\":\"b\",\"authorization.k8s.io/decision\":\"forbid\"}", "\"annotations\":{}", "\"annotations\":{\"authorization.k8s.io/decision\":1}",
        ],
    ];

    [Property(MaxTest = 3000)]
    public Property An_event_reads_the_same_in_a_line_and_in_a_list() => Prop.ForAll(Arb.From(Lines()), line =>
    {
        var (alone, listed) = (Said(line), Said($"{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[\n{line}\n]}}"));
        Assert.Equal(listed, alone);
        return true;
    });

    [Fact]
    public void Random_lines_are_read_as_often_as_refused()
    {
        var lines = Lines().Sample(400, new Rnd(7UL, 1UL), 30);
        Assert.InRange(lines.Count(l => AuditText.Read(l, skipInvalid: true).Count == 1), 60, 340);
    }

    private static string Said(string text)
    {
        var reader = AuditText.Reader(System.Text.Encoding.UTF8.GetBytes(text), skipInvalid: true);
        var events = reader.Read().Select(Show).ToList();
        return $"{string.Join('\n', events)}|{reader.Skipped}";
    }

    private static string Show(AuditEvent read) => string.Join(' ', (object?[])
    [
        read.AuditId, read.Stage, read.ToAttributes(), read.User, read.ImpersonatedUser, read.RequestUri, read.ResponseCode,
        read.Time.ToString("O"), read.AnnotatedDecision, read.Reason,
    ]);

    /// <summary>Mostly as servers write them; some have fields left out, twice, in another order, with blanks, or a byte changed.</summary>
    private static Gen<string> Lines() =>
        from chosen in Gen.CollectToArray(_fields.Select(Field))
        from again in Gen.Frequency((4, Gen.Constant((string[])[])), (1, Gen.ArrayOf(Gen.Elements(_fields.SelectMany(f => f).ToArray()), 2)))
        from mixed in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from order in Gen.ArrayOf(Gen.Choose(0, 1000), 30)
        from comma in Gen.Frequency((5, Gen.Constant(",")), (1, Gen.Elements(" ,", ", ", ",\t", ",,", "")))
        from colon in Gen.Frequency((5, Gen.Constant(":")), (1, Gen.Elements(" :", ": ")))
        let fields = _kind.Concat(chosen.SelectMany(c => c)).Concat(again).ToArray()
        let ordered = mixed ? fields.Select((f, i) => (f, i)).OrderBy(p => order[p.i]).Select(p => p.f) : fields
        select $"{{{string.Join(comma, ordered).Replace("\":", $"\"{colon}", StringComparison.Ordinal)}}}";

    /// <summary>The first value is the usual one.</summary>
    private static Gen<string[]> Field(string[] values) => Gen.Frequency(
        (8, Gen.Constant((string[])[values[0]])),
        (3, Gen.Elements(values).Select(v => (string[])[v])),
        (1, Gen.Constant((string[])[])));
}
