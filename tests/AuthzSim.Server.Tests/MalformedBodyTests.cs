using System.Net.Http.Headers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Server.Tests;

/// <summary>Whatever is sent, the server says what is wrong with it, and goes on.</summary>
public sealed class MalformedBodyTests
{
    private static readonly string[] _paths =
    [
        "/authorize", "/authenticate", "/audit", "/authzsim/v1/diff", "/authzsim/v1/eval",
        "/apis/authentication.k8s.io/v1/tokenreviews", "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    ];

    private static readonly string[] _seeds =
    [
        """{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1beta1","spec":{"resourceAttributes":{"verb":"get","resource":"pods"},"user":"u","group":["g"],"extra":{"a":["b"]}}}""",
        """{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","spec":{"token":"alice","audiences":["a"]}}""",
        """{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"auditID":"a","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list","user":{"username":"eve"},"annotations":{"authorization.k8s.io/decision":"allow"}}]}""",
        """{"apply":"kind: ClusterRole\nmetadata: {name: x}\nrules: [{verbs: [get]}]","delete":["clusterrolebinding/x"]}""",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: x\nrules:\n- &a\n  verbs: [\"*\"]\n- *a\n",
    ];

    [Fact]
    public async Task No_body_is_the_servers_fault()
    {
        await using var server = await RunningServer.StartAsync(configure: o => o with { Candidate = Given.Shop });
        var mutants = Mutant().Sample(600).Select((body, i) => (Path: _paths[i % _paths.Length], Body: body)).ToList();
        mutants.AddRange(_paths.SelectMany(p => new[] { Deep('['), Deep('{'), [0xff, 0xfe, 0x00], "\"\\ud800\""u8.ToArray(), [] }.Select(b => (p, b))));

        foreach (var (path, body) in mutants)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await server.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode < 500, $"{path} gives {(int)response.StatusCode} for {Convert.ToBase64String(body)}");
        }

        Assert.Equal(200, (await server.GetAsync("/readyz")).Code);
    }

    /// <summary>A body of which some bytes were taken out, doubled or changed.</summary>
    private static Gen<byte[]> Mutant() =>
        from seed in Gen.Elements(_seeds)
        from edits in Gen.Choose(1, 6)
        from places in Gen.Choose(0, 10_000).ArrayOf(edits)
        from kinds in Gen.Choose(0, 3).ArrayOf(edits)
        from values in Gen.OneOf(Gen.Choose(0, 255), Gen.Elements("{}[]\":,\\u \n0-n"u8.ToArray().Select(b => (int)b).ToArray())).ArrayOf(edits)
        select places.Zip(kinds, values).Aggregate(Encoding.UTF8.GetBytes(seed), Changed);

    private static byte[] Changed(byte[] body, (int Place, int Kind, int Value) edit)
    {
        if (body.Length == 0)
        {
            return body;
        }

        var at = edit.Place % body.Length;
        return edit.Kind switch
        {
            0 => [.. body[..at], .. body[(at + 1)..]],
            1 => [.. body[..at], (byte)edit.Value, .. body[at..]],
            2 => [.. body[..at], (byte)edit.Value, .. body[(at + 1)..]],
            _ => body[..at],
        };
    }

    private static byte[] Deep(char open) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open == '[' ? "[" : "{\"a\":", 50_000)));
}
