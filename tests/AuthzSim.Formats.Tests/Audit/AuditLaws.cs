using System.Collections.Immutable;
using System.Text;
using AuthzSim.Audit;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Replay;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Audit;

/// <summary>What is written is read back; order, splitting and layout play no part; whatever the bytes, only its own error comes out.</summary>
public sealed class AuditLaws
{
    private static readonly DateTimeOffset _start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] _alphabet = "{}[],:\"\\ \n\r0tfnu-é😀"u8.ToArray();
    private static readonly CompiledPolicy _one = Policy("pods", "get", "a");
    private static readonly CompiledPolicy _two = Policy("*", "list", "g");

    [Property(MaxTest = 500)]
    public Property An_event_of_a_request_reads_back_as_the_request() => Prop.ForAll(Arb.From(Requests()), Arb.From(Gen.Elements(true, false)), (request, impersonated) =>
    {
        var text = AuditText.EventOf(request, "id", AuditStage.ResponseComplete, impersonated, _start, AuditDecision.Allow, "r&\"é");
        var read = Assert.Single(AuditText.Read(text));
        var expected = request.IsResourceRequest ? request with { ApiVersion = "v1", Path = read.ToAttributes().Path } : request;
        Assert.Equal(expected, read.ToAttributes());
        Assert.Equal((AuditText.UriOf(request), "r&\"é", impersonated ? "admin" : request.User.Name), (read.RequestUri, read.Reason, read.User.Name));
        return read.Time == _start;
    });

    [Property(MaxTest = 300)]
    public Property Order_and_splitting_and_further_events_play_no_part() => Prop.ForAll(Arb.From(Logs()), log =>
    {
        var expected = Replay([.. log.Requests.Select((r, i) => Final(r, i))]);
        var full = log.Requests.SelectMany((r, i) => Events(r, i)).ToList();
        var shuffled = full.OrderBy(e => HashCode.Combine(e, log.Seed)).ToList();
        Assert.Equal(expected, Replay(full));
        Assert.Equal(expected, Replay(shuffled));
        Assert.Equal(expected, Replay([$"{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[{string.Join(",\n", shuffled)}]}}"]));
        return log.Requests.Length == Read(full).Count(new AuditedRequests().IsRequest());
    });

    [Property(MaxTest = 300)]
    public Property Requests_that_come_again_are_decided_like_new_ones() => Prop.ForAll(Arb.From(Logs()), log =>
    {
        const int Rounds = 5;
        var replay = new AuditReplay(_one, _two, new ReplayFilter());
        Read(Enumerable.Range(0, Rounds).SelectMany(round => log.Requests.Select((r, i) => Final(r, (round * 100) + i)))).ForEach(replay.Add);
        var (result, asked) = (replay.ToResult(), log.Requests.Select(r => (Was: _one.Check(r).IsAllowed, Is: _two.Check(r).IsAllowed)).ToList());
        return result.NowDenied == Rounds * asked.Count(d => d.Was && !d.Is) && result.NowAllowed == Rounds * asked.Count(d => !d.Was && d.Is);
    });

    [Property(MaxTest = 1500)]
    public Property Mutated_logs_are_read_or_refused() => Prop.ForAll(Arb.From(Mutations()), bytes => Survives(bytes));

    [Property(MaxTest = 700)]
    public Property Random_bytes_are_read_or_refused() => Prop.ForAll(
        Arb.From(Gen.ArrayOf(Gen.OneOf(Gen.Elements(_alphabet), Gen.Choose(0, 255).Select(i => (byte)i)))), bytes => Survives(bytes));

    [Fact]
    public void The_policies_tell_random_requests_apart()
    {
        var requests = Requests().Sample(400, new Rnd(7UL, 1UL), 30);
        var differing = requests.Count(r => _one.Check(r).IsAllowed != _two.Check(r).IsAllowed);
        Assert.InRange(differing, 20, 300);
    }

    private static bool Survives(byte[] bytes)
    {
        var skipping = AuditText.Reader(bytes, skipInvalid: true);
        var read = skipping.Read().Count();
        try
        {
            Assert.Equal(read, AuditText.Reader(bytes).Read().Count());
            Assert.Equal(0, skipping.Skipped);
        }
        catch (PolicyFormatException)
        {
            Assert.InRange(skipping.Skipped, 1, long.MaxValue);
        }

        return true;
    }

    private static string Final(RequestAttributes request, int i) =>
        AuditText.EventOf(request, IdOf(i), AuditStage.ResponseComplete, false, _start.AddSeconds(i), _one.Check(request).IsAllowed ? AuditDecision.Allow : AuditDecision.Forbid, "RBAC: x");

    /// <summary>All events of a request: those that run long have one more, and the first knows nothing.</summary>
    private static IEnumerable<string> Events(RequestAttributes request, int i)
    {
        var isLong = request.Verb is "watch" or "proxy" || request.Subresource is "exec" or "log";
        yield return AuditText.EventOf(request, IdOf(i), AuditStage.RequestReceived, false, _start.AddSeconds(i), null);
        if (isLong)
        {
            yield return Final(request, i).Replace("ResponseComplete", "ResponseStarted", StringComparison.Ordinal);
        }

        yield return Final(request, i);
    }

    private static string IdOf(int i) => i % 3 == 0 ? $"client-chosen-{i}" : new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString();

    private static List<AuditEvent> Read(IEnumerable<string> lines) => AuditText.Read(string.Join('\n', lines));

    private static string Replay(IReadOnlyList<string> lines)
    {
        var recorded = new AuditReplay(null, _two, new ReplayFilter());
        var other = new AuditReplay(_one, _two, new ReplayFilter());
        foreach (var @event in Read(lines))
        {
            recorded.Add(@event);
            other.Add(@event);
        }

        Assert.Equal(Show(recorded.ToResult()), Show(other.ToResult()));
        return Show(recorded.ToResult());
    }

    private static string Show(ReplayResult result) => string.Join('\n', result.Groups.Select(g =>
        $"{g.Key} {g.Count} {g.First} {g.Last} {string.Join(',', g.Namespaces)} {g.Example.AuditId}").Append($"{result.Compared} {result.Equal}"));

    private static CompiledPolicy Policy(string resource, string verb, string subject) => CompiledPolicy.Compile(new PolicySet
    {
        ClusterRoles =
        [
            new ClusterRole
            {
                Metadata = new ObjectMeta { Name = "r" },
                Rules =
                [
                    new PolicyRule { Verbs = [verb, "watch"], ApiGroups = ["", "apps"], Resources = [resource] },
                    new PolicyRule { Verbs = ["get"], NonResourceUrls = ["/a/*"] },
                ],
            },
        ],
        ClusterRoleBindings =
        [
            new ClusterRoleBinding
            {
                Metadata = new ObjectMeta { Name = "b" },
                Subjects = [Subject.User(subject), Subject.Group(subject)],
                RoleRef = new RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "r" },
            },
        ],
    });

    private static Gen<RequestAttributes> Requests() =>
        from user in Gen.Elements("a", "b", "ü\"x")
        from groups in Gen.Elements<ImmutableArray<string>>([], ["g"], ["g", "h"])
        from extra in Gen.Elements(UserInfo.NoExtra, UserInfo.NoExtra.Add("k/x", ["v", "w"]))
        from isResource in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        from request in isResource ? Resources() : Paths()
        select request with { User = new UserInfo { Name = user, Groups = groups, Uid = "1", Extra = extra } };

    private static Gen<RequestAttributes> Resources() =>
        from verb in Gen.Elements("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
        from resource in Gen.Elements("pods", "secrets", "a%b")
        from apiGroup in Gen.Elements("", "apps", "x.y")
        from @namespace in Gen.Elements("", "n", "m")
        from name in Gen.Elements("p", "q.r", "é")
        from subresource in Gen.Elements("", "", "log", "exec", "scale")
        let onCollection = verb is "list" or "watch" or "create" or "deletecollection"
        let named = verb is "create" or "deletecollection" ? "" : name
        select RequestAttributes.ForResource(
            new UserInfo(), verb, resource, apiGroup, @namespace, onCollection ? "" : subresource, named);

    private static Gen<RequestAttributes> Paths() =>
        from verb in Gen.Elements("get", "post", "head", "put")
        from path in Gen.Elements("/healthz", "/a/b", "/a/b/c", "/a/b/d", "/", "/api", "/ü x")
        select RequestAttributes.ForPath(new UserInfo(), verb, path);

    private static Gen<(RequestAttributes[] Requests, int Seed)> Logs() =>
        from count in Gen.Choose(0, 12)
        from requests in Gen.ArrayOf(Requests(), count)
        from seed in Gen.Choose(0, 1000)
        select (requests, seed);

    private static Gen<byte[]> Mutations() =>
        from log in Logs()
        from layout in Gen.Choose(0, 3)
        from edits in Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(
            from at in Gen.Choose(0, 4000)
            from removed in Gen.Frequency((4, Gen.Choose(0, 2)), (1, Gen.Choose(0, 300)))
            from put in Gen.Choose(0, 3).SelectMany(k => Gen.ArrayOf(Gen.Elements(_alphabet), k))
            select (at, removed, put), n))
        select edits.Aggregate(Layout([.. log.Requests.Select(Final)], layout), (input, edit) =>
        {
            var start = Math.Min(edit.at, input.Length);
            return [.. input[..start], .. edit.put, .. input[Math.Min(start + edit.removed, input.Length)..]];
        });

    private static byte[] Layout(string[] events, int layout) => layout switch
    {
        0 => Encoding.UTF8.GetBytes(string.Join('\n', events)),
        1 => Encoding.UTF8.GetBytes($"[{string.Join(",\n", events)}]"),
        2 => Encoding.UTF8.GetBytes($"{{\n\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[{string.Join(",\n", events)}]}}"),
        _ => AuditText.Zip(Encoding.UTF8.GetBytes(string.Join('\n', events))),
    };
}

internal static class AuditedRequestsExtensions
{
    public static Func<AuditEvent, bool> IsRequest(this AuditedRequests requests) => e => requests.Take(e) == AuditEventUse.Request;
}
