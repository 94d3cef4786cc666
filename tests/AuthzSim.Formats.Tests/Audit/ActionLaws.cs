using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Audit;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Audit;

/// <summary>What is remembered of URLs is what reading each of them says.</summary>
public sealed class ActionLaws
{
    [Property(MaxTest = 1500)]
    public Property Every_event_of_a_log_has_the_action_that_its_own_url_says() => Prop.ForAll(Arb.From(Logs()), log =>
    {
        string[] lines = [.. log.Select((r, i) => Line(r.Verb, r.Uri, i))];
        (string Verb, string Uri)[] three = [.. log, .. log, .. log];
        var read = AuditText.Read(string.Join('\n', [.. lines, .. lines, .. lines]), skipInvalid: true);
        var expected = three.Select(r => (r.Uri, Action: AuditedAction.OfUri(r.Verb, r.Uri))).Where(e => e.Action is not null).ToList();
        Assert.Equal(
            expected.Select(e => (e.Uri, e.Action!.ToAttributes(new()), e.Action.Path)),
            read.Select(e => (e.RequestUri, e.Action.ToAttributes(new()), e.Action.Path)));
        return true;
    });

    private static string Line(string verb, string uri, int number) => new JsonObject
    {
        ["kind"] = "Event",
        ["apiVersion"] = "audit.k8s.io/v1",
        ["auditID"] = $"{number}",
        ["stage"] = "ResponseComplete",
        ["requestURI"] = uri,
        ["verb"] = verb,
        ["user"] = new JsonObject { ["username"] = "u" },
    }.ToJsonString(JsonSerializerOptions.Default);

    private static Gen<(string Verb, string Uri)[]> Logs() => Gen.Choose(1, 10).SelectMany(n => Gen.ArrayOf(
        from verb in Gen.Elements("get", "list", "watch", "create", "delete", "deletecollection", "proxy", "")
        from path in Paths()
        from pairs in Gen.Choose(0, 4).SelectMany(k => Gen.ArrayOf(Pairs(), k))
        from hasQuery in Gen.Elements(true, false)
        select (verb, hasQuery ? $"{path}?{string.Join('&', pairs)}" : path),
        n));

    private static Gen<string> Paths() => Gen.Frequency(
        (1, Gen.Elements("/healthz", "/api", "/apis/apps", "", "*", "healthz", "http://h/api/v1/pods", "//", "/api/v1/pro%78y")),
        (5, from prefix in Gen.Elements("/api/v1", "/apis/apps/v1", "//api/v1", "/api/", "/apis/a%62/v1")
            from verb in Gen.Elements("", "", "", "/watch", "/proxy")
            from scope in Gen.Elements("", "/namespaces", "/namespaces/n", "/namespaces/n/", "/namespaces/m%20", "/namespaces/é")
            from rest in Gen.Elements("", "/", "/pods", "/pods/", "/pods/p", "/pods/p/log", "/pods//log", "/status", "/finalize/x", "/pods/p/a/b/c/d/e/f/g", "/p%zz", "/a<b>/c\"d\\e")
            select prefix + verb + scope + rest));

    private static Gen<string> Pairs() => Gen.OneOf(
        Gen.Elements("limit=5", "limit=500", "limit=x", "limit=", "limit", "limit=99999999999999999999", "timeoutSeconds=7", "timeoutSeconds=70", "timeoutSeconds=%37"),
        Gen.Elements("fieldSelector=metadata.name%3Da", "fieldSelector=metadata.name%3Db", "fieldSelector=metadata.name=a", "field%53elector=metadata.name%3Dc", "fieldSelector=x", "fieldSelector"),
        Gen.Elements("labelSelector=a%3Db", "labelSelector=!!", "resourceVersion=1", "resourceVersion=2", "watch=true", "li+mit=4", "a;b", "fieldSelector=metadata.name%3Da;b", "\u007f", ""));
}
